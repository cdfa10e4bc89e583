import { z } from 'zod';
import { apiOrigin, requestSettings } from '../http/request-settings';
import type { AccountSettings } from '../channel';

const SENDER = /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;

/** What a `twilio` account needs. */
export const twilioConfigSchema = z
  .strictObject({
    accountSid: z
      .string()
      .regex(/^AC[0-9a-fA-F]{32}$/, 'must be AC and 32 hexadecimal digits')
      .describe('Account SID, from the Twilio console.'),
    from: z
      .string()
      .regex(SENDER, 'must be a number in E.164 (+15005550006), a short code, or a sender name of up to 11 characters')
      .optional()
      .describe(
        'Sender: a number of the account in E.164, a short code, or a sender name. Give this or messagingServiceSid.',
      ),
    messagingServiceSid: z
      .string()
      .regex(/^MG[0-9a-fA-F]{32}$/, 'must be MG and 32 hexadecimal digits')
      .optional()
      .describe('Messaging service whose senders are used. Give this or from.'),
    scheduleAtProvider: z
      .boolean()
      .default(false)
      .describe(
        'Hand texts for later over at once and let Twilio hold them (16 minutes to 35 days). Default false: they wait here. Needs messagingServiceSid.',
      ),
    baseUrl: apiOrigin(
      'https://api.twilio.com',
      'Set it for a sandbox, or for a region; over http the token goes unencrypted.',
    ),
    ...requestSettings,
  })
  .refine((config) => (config.from === undefined) !== (config.messagingServiceSid === undefined), {
    message: 'give either from or messagingServiceSid',
    path: ['from'],
  })
  .refine((config) => !config.scheduleAtProvider || config.messagingServiceSid !== undefined, {
    message: 'needs messagingServiceSid: Twilio holds texts only for a messaging service',
    path: ['scheduleAtProvider'],
  });

/** The token or an API key signs in; the token alone proves that a receipt comes from Twilio. */
export const twilioSecretsSchema = z
  .strictObject({
    authToken: z
      .string()
      .min(1)
      .optional()
      .describe('Auth token of the account, from the Twilio console. Without it receipts cannot be checked.'),
    apiKeySid: z
      .string()
      .regex(/^SK[0-9a-fA-F]{32}$/, 'must be SK and 32 hexadecimal digits')
      .optional()
      .describe('API key to sign in with instead of the token. Goes with apiKeySecret.'),
    apiKeySecret: z.string().min(1).optional().describe('Secret of the API key.'),
  })
  .refine((secrets) => (secrets.apiKeySid === undefined) === (secrets.apiKeySecret === undefined), {
    message: 'apiKeySid and apiKeySecret go together: give both or neither',
  })
  .refine((secrets) => secrets.authToken !== undefined || secrets.apiKeySid !== undefined, {
    message: 'give authToken, or apiKeySid and apiKeySecret',
    path: ['authToken'],
  });

export type TwilioAccount = AccountSettings<z.output<typeof twilioConfigSchema>, z.output<typeof twilioSecretsSchema>>;
