import type { ProviderAdapter } from './channel';
import { httpEmail } from './email/http-email';
import { smtp } from './email/smtp';
import { aliyun } from './sms/aliyun';
import { httpSms } from './sms/http-sms';
import { twilio } from './sms/twilio';

/** Every provider that an account can be of. A new one is a file with an adapter and a line here. */
export const PROVIDERS = {
  smtp,
  twilio,
  aliyun,
  'http-sms': httpSms,
  'http-email': httpEmail,
} as const satisfies Readonly<Record<string, ProviderAdapter>>;

export type Provider = keyof typeof PROVIDERS;
