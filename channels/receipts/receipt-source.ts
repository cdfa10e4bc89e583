import { createHash, timingSafeEqual } from 'node:crypto';
import type { InboundText, ProviderReceipt } from '../../domain/receipt';
import type { AccountSettings } from '../channel';

/** A request to a webhook of ours, as it came. */
export interface WebhookRequest {
  /** The public address with its query: what the provider called, and may have signed. */
  readonly url: string;
  readonly query: URLSearchParams;
  /** A header by its name in any case. */
  header(name: string): string | undefined;
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What the provider wants to be answered where an empty 204 will not do. */
export interface WebhookReply {
  readonly contentType: string;
  readonly body: string;
}

/** A request that could not be used: not proven to come from the provider, or not in its form. `detail` holds no personal data. */
export interface UnusableRequest {
  readonly ok: false;
  readonly reason: 'signature' | 'malformed';
  readonly detail: string;
}

export type Reading<T> =
  { readonly ok: true; readonly events: readonly T[]; readonly reply?: WebhookReply } | UnusableRequest;

/** One way in which providers report. A new one is a file with a source and a line in index.ts. */
export interface ReceiptSource {
  /** Its part of the address: `/webhooks/<name>/<account id>`. */
  readonly name: string;
  /** The provider whose accounts it serves; default: any. */
  readonly provider?: string;
  /** The provider is told the address with each message. */
  readonly perMessage?: boolean;
  /**
   * Proves where the request comes from and reads its receipts; what is of no interest is left out. Rejects when it could not
   * be checked just now, so that the provider tries again.
   */
  read(request: WebhookRequest, account: AccountSettings): Promise<Reading<ProviderReceipt>>;
  /** Reads what recipients wrote, at `…/inbound`; absent where that is not known. */
  readInbound?(request: WebhookRequest, account: AccountSettings): Promise<Reading<InboundText>>;
}

export const badSignature = (detail: string): UnusableRequest => ({ ok: false, reason: 'signature', detail });
export const malformed = (detail: string): UnusableRequest => ({ ok: false, reason: 'malformed', detail });

/** A text setting of an account; `undefined` when it is not set. */
export function settingOf(settings: unknown, name: string): string | undefined {
  const value: unknown = (settings as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Compares secrets without telling by the time it takes where they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** A name made of parts that may be personal or long. */
export const hashedId = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** The body as JSON; `undefined` when it is none. */
export function readJsonBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
