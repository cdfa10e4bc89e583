import type { ProviderAdapter } from './channel';
import { smtp } from './email/smtp';
import { twilio } from './sms/twilio';

/** Every provider that an account can be of. A new one is a file with an adapter and a line here. */
export const PROVIDERS = { smtp, twilio } as const satisfies Readonly<Record<string, ProviderAdapter>>;

export type Provider = keyof typeof PROVIDERS;
