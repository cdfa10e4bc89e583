import type { SandboxMessage } from './message-store';

const CHINA_MS = 8 * 3_600_000;

/** `2026-11-25 18:00:00`, as Aliyun writes times: those of China. */
export const chinaTime = (at: number): string => new Date(at + CHINA_MS).toISOString().slice(0, 19).replace('T', ' ');

/** A number as Aliyun writes it: 11 digits in mainland China, else the country code and the number. */
export const numberOf = (e164: string): string => (/^\+861\d{10}$/.test(e164) ? e164.slice(3) : e164.slice(1));

/** Reads a number as Aliyun takes it: with `+86`, `86`, `0086` or nothing in mainland China, else with its country code. */
export function readNumber(text: string): string | undefined {
  const [, national] = /^(?:\+86|86|0086)?(1\d{10})$/.exec(text) ?? [];
  if (national) return `+86${national}`;
  return /^\+?[1-9]\d{6,14}$/.test(text) ? `+${text.replace('+', '')}` : undefined;
}

const STATES = { waiting: 1, failed: 2, delivered: 3 } as const;

function stateOf({ status }: SandboxMessage): number {
  if (status === 'delivered') return STATES.delivered;
  return status === 'failed' || status === 'undelivered' ? STATES.failed : STATES.waiting;
}

/** A record of QuerySendDetails. */
export function toDetail(text: SandboxMessage) {
  const ended = stateOf(text) !== STATES.waiting;
  return {
    PhoneNum: numberOf(text.to),
    SendStatus: stateOf(text),
    ErrCode: text.status === 'delivered' ? 'DELIVERED' : String(text.errorCode ?? ''),
    TemplateCode: text.templateCode ?? '',
    Content: text.body,
    SendDate: chinaTime(text.createdAt),
    ...(ended ? { ReceiveDate: chinaTime(text.updatedAt) } : {}),
    OutId: text.outId ?? '',
  };
}
