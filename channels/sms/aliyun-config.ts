import { z } from 'zod';
import { CONTROL_CHARACTERS } from '../../domain/control-characters';
import { apiOrigin, requestSettings } from '../http/request-settings';
import type { AccountSettings } from '../channel';

/** What an `aliyun` account needs. */
export const aliyunConfigSchema = z.strictObject({
  signName: z
    .string()
    .regex(new RegExp(`^[^${CONTROL_CHARACTERS}]{1,64}$`), 'must have 1 to 64 characters')
    .optional()
    .describe(
      'Approved signature (签名) of texts whose template names none. Default: none, and such texts are refused.',
    ),
  templateCode: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be a template code, like SMS_154950909')
    .optional()
    .describe(
      'Approved template (模板) of texts whose template names none; it gets `content`, the whole text. Default: none, and such texts are refused.',
    ),
  regionId: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be a region, like cn-hangzhou')
    .default('cn-hangzhou')
    .describe('Region. Default cn-hangzhou.'),
  baseUrl: apiOrigin('https://dysmsapi.aliyuncs.com', 'Set it for a sandbox, or for the endpoint of another region.'),
  ...requestSettings,
});

/** The key signs every request. */
export const aliyunSecretsSchema = z.strictObject({
  accessKeyId: z.string().min(1).max(128).describe('AccessKey ID, best of a RAM user that may only use SMS.'),
  accessKeySecret: z.string().min(1).max(128).describe('AccessKey secret.'),
  webhookToken: z
    .string()
    .regex(/^[A-Za-z0-9_-]{24,128}$/, 'must have 24 to 128 letters, digits, "_" or "-"')
    .optional()
    .describe(
      'Ends the address for SmsReport in the Aliyun console, `?token=…`: Aliyun does not sign its receipts. Default: none are taken.',
    ),
});

export type AliyunAccount = AccountSettings<z.output<typeof aliyunConfigSchema>, z.output<typeof aliyunSecretsSchema>>;
