import { setTimeout as delay } from 'node:timers/promises';
import { PROVIDERS, type Provider } from '../../channels';
import type { OutgoingMessage, Sender } from '../../channels/channel';
import { newId } from '../../domain/ids';

/** Opens an account of a provider under a throw-away id. */
export function openSender(
  provider: Provider,
  config: Record<string, unknown>,
  secrets: Record<string, unknown>,
): Sender {
  return PROVIDERS[provider].open({ id: newId('acc'), name: 'test', config, secrets });
}

/** An email to jane@example.com under a new message id. */
export const outgoingMail = (more: Partial<OutgoingMessage> = {}, subject = 'Hello'): OutgoingMessage => ({
  messageId: newId('msg'),
  to: 'jane@example.com',
  content: { channel: 'email', subject, text: 'Hello Jane', html: '<p>Hello <b>Jane</b></p>' },
  ...more,
});

/** A text under a new message id. */
export const outgoingText = (to: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  messageId: newId('msg'),
  to,
  content: { channel: 'sms', text: 'Your code is 123456' },
  ...more,
});

/** Waits up to 5 s for a condition; fails the test when it does not come true. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await delay(10);
  expect(condition()).toBe(true);
}

/** What `work` came to, or `in flight` when it is not done yet. */
export async function outcomeSoFar<T>(work: Promise<T>): Promise<T | 'in flight'> {
  return Promise.race([work, new Promise<'in flight'>((resolve) => setImmediate(resolve, 'in flight'))]);
}
