import { parseAddress } from '../domain/address';
import type { Variables } from '../domain/content';
import type { Channel } from '../domain/lane';
import type { NewMessage, RejectedRecipient } from '../db/stores/send-store';
import type { CompiledTemplate } from '../templates/compile';
import { newId } from '../domain/ids';
import type { Fault } from './problem';
import { recipientSchema, type Recipient } from './schemas/sends';
import { missingFault } from './template-reader';
import { faultsOf, tryParse } from './validate';

export interface RecipientRules {
  readonly channel: Channel;
  readonly compiled: Pick<CompiledTemplate, 'missing'>;
  /** Values for all recipients; a recipient's own win. */
  readonly shared: Variables;
  readonly defaultRegion: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface CheckedRecipients {
  /** Good rows in order; a repeated address is `deduplicated`. */
  readonly messages: readonly NewMessage[];
  /** One per bad row. */
  readonly rejected: readonly RejectedRecipient[];
  /** Every wrong place of the bad rows. */
  readonly faults: readonly Fault[];
}

type CheckedRow = { ok: true; recipient: Recipient; address: string } | { ok: false; faults: Fault[] };

function checkRow(row: unknown, index: number, rules: RecipientRules): CheckedRow {
  const place = ['recipients', index];
  const parsed = tryParse(recipientSchema, row);
  if (!parsed.success) return { ok: false, faults: faultsOf(parsed.error, 'body', place) };
  const recipient = parsed.data;
  const faults = rules.compiled
    .missing({ ...rules.shared, ...recipient.variables }, rules.now)
    .map((name) => missingFault([...place, 'variables'], name));
  const address = parseAddress(rules.channel, recipient.to, rules.defaultRegion);
  if (address.ok && faults.length === 0) return { ok: true, recipient, address: address.address };
  const bad = address.ok
    ? []
    : [{ pointer: `/recipients/${index}/to`, code: 'invalid_address', detail: address.reason }];
  return { ok: false, faults: [...bad, ...faults] };
}

function idOf(row: unknown): { id?: string } {
  const { id } = (row ?? {}) as { id?: unknown };
  return typeof id === 'string' && id.length <= 100 ? { id } : {};
}

/** All faults of a row in one sentence: `to is not a valid email address; variables/name is missing …`. */
function rejectedRow(row: unknown, index: number, faults: readonly Fault[]): RejectedRecipient {
  const start = `/recipients/${index}/`.length;
  const detail = faults.map((fault) => `${(fault.pointer ?? '').slice(start)} ${fault.detail}`.trim()).join('; ');
  return { index, ...idOf(row), code: faults[0]?.code ?? 'invalid', detail };
}

/** Checks each row on its own; apart from the new ids, the same rows always give the same result. */
export function checkRecipients(rows: readonly unknown[], rules: RecipientRules): CheckedRecipients {
  const seen = new Set<string>();
  const messages: NewMessage[] = [];
  const rejected: RejectedRecipient[] = [];
  const faults: Fault[] = [];
  for (const [position, row] of rows.entries()) {
    const checked = checkRow(row, position, rules);
    if (!checked.ok) {
      rejected.push(rejectedRow(row, position, checked.faults));
      faults.push(...checked.faults);
      continue;
    }
    const { recipient, address } = checked;
    const { id: recipientId, timezone, variables } = recipient;
    const status = seen.has(address) ? 'deduplicated' : 'accepted';
    seen.add(address);
    messages.push({ id: newId('msg', rules.now), position, recipientId, address, timezone, variables, status });
  }
  return { messages, rejected, faults };
}
