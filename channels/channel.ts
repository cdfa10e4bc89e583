import { z } from 'zod';
import type { Rendered } from '../domain/content';
import type { HandOver, HandOverClass } from '../domain/hand-over';
import type { AccountId, MessageId } from '../domain/ids';
import type { Channel } from '../domain/lane';

/** A file that an email carries. */
export interface AttachedFile {
  readonly filename: string;
  /** Absent when nobody said: then the name decides. */
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

/** One message, ready for a provider. `to` is in the form of domain/address.ts. */
export interface OutgoingMessage {
  readonly messageId: MessageId;
  readonly to: string;
  readonly content: Rendered;
  /** Further headers of an email; other channels ignore them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of an email; other channels have none. */
  readonly attachments?: readonly AttachedFile[];
  /** Where the provider shall post its receipts; email ignores it. */
  readonly statusCallbackUrl?: string;
  /** After this time (epoch milliseconds) the provider need not deliver any more, where it can be told so. */
  readonly expiresAt?: number;
  /**
   * The provider shall hold it until then (epoch milliseconds). Only for senders whose `holds` says that they can: another one
   * does not take it, and answers `unavailable` with the time to wait. A time that has come means at once.
   */
  readonly sendAt?: number;
}

/** A hand-over whose answer was lost, as the provider is asked about it. */
export interface LostHandOver extends OutgoingMessage {
  /** When it was begun, epoch milliseconds. */
  readonly handedOverAt: number;
}

/** What the provider knows of it. Some providers find a message by our id and do not tell theirs. */
export type Inquiry = { readonly found: true; readonly providerMessageId?: string } | { readonly found: false };

/** An account as it is stored, secrets decrypted. */
export interface AccountSettings<C = unknown, S = unknown> {
  readonly id: AccountId;
  readonly name: string;
  readonly config: C;
  readonly secrets: S;
}

/** What `verify` found: the account works, or why it does not, in the words and classes of a hand-over. */
export type Verification =
  | { readonly ok: true; readonly detail: string }
  | { readonly ok: false; readonly class: HandOverClass; readonly code: string; readonly detail: string };

/** An open account: owns connections until `close`. */
export interface Sender {
  /** How many hand-overs may be in flight at once; more wait inside. */
  readonly concurrency: number;
  /**
   * Gives one message to the provider, once. Never rejects for a provider's or a network's answer: that is what the result
   * says. An aborted signal stops what is provably not handed over; what may already be is awaited up to the account's timeout.
   */
  handOver(message: OutgoingMessage, signal?: AbortSignal): Promise<HandOver>;
  /** Really connects and signs in; sends nothing. */
  verify(): Promise<Verification>;
  /** Whether the provider can hold a message until then (epoch milliseconds). Absent: never. */
  holds?(sendAt: number): boolean;
  /**
   * Asks the provider whether it has a message. Absent where it cannot be asked. Rejects when it could not be asked just now.
   * `found: false`: it does not list it so far. How each provider tells equal messages apart: docs/providers.md.
   */
  find?(lost: LostHandOver): Promise<Inquiry>;
  /** Takes back what the provider holds for later, where it can. `too_late`: it has been sent. Rejects without an answer. */
  cancel?(providerMessageId: string): Promise<'cancelled' | 'too_late'>;
  /** Waits for what is in flight, then closes the connections. */
  close(): Promise<void>;
}

/** One provider. The schemas check, fill in defaults and document what an account of it needs. */
export interface ProviderAdapter {
  readonly provider: string;
  readonly channel: Channel;
  readonly configSchema: z.ZodType;
  readonly secretsSchema: z.ZodType;
  /** Connects lazily. Throws when the stored config or secrets do not fit the schemas. */
  open(account: AccountSettings): Sender;
}

/** A secret by which receipts in our own form are signed; for the secrets of any adapter whose provider can post them. */
export const webhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and the base64 of 24 to 64 random bytes')
  .describe('Signs receipts posted to /webhooks/generic/<account id> (Standard Webhooks). Default: none are taken.');

interface AdapterParts<C extends z.ZodType, S extends z.ZodType> {
  readonly provider: string;
  readonly channel: Channel;
  readonly configSchema: C;
  readonly secretsSchema: S;
  readonly open: (account: AccountSettings<z.output<C>, z.output<S>>) => Sender;
}

/** Makes an adapter whose `open` receives config and secrets checked and typed by its schemas. */
export function defineAdapter<C extends z.ZodType, S extends z.ZodType>(parts: AdapterParts<C, S>): ProviderAdapter {
  const check = <T extends z.ZodType>(
    schema: T,
    value: unknown,
    what: string,
    account: AccountSettings,
  ): z.output<T> => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw new Error(
      `account "${account.name}" (${account.id}): its ${what} cannot be used for provider ${parts.provider}; correct the account. ${z.prettifyError(result.error)}`,
    );
  };
  return {
    ...parts,
    open: (account) =>
      parts.open({
        id: account.id,
        name: account.name,
        config: check(parts.configSchema, account.config, 'config', account),
        secrets: check(parts.secretsSchema, account.secrets, 'secrets', account),
      }),
  };
}
