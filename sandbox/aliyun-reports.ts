import { setTimeout as delay } from 'node:timers/promises';
import { chinaTime, numberOf } from './aliyun-forms';
import type { SandboxMessage } from './message-store';

interface ReportOptions {
  /** How long reports are gathered for one push, in milliseconds. */
  readonly gatherMs: number;
  /** Pauses before a push that failed is made again, in milliseconds; Aliyun's are 1, 5 and 10 minutes. */
  readonly retryMs: readonly number[];
  readonly log: (line: string) => void;
}

function reportOf(text: SandboxMessage) {
  const success = text.status === 'delivered';
  return {
    phone_number: numberOf(text.to),
    send_time: chinaTime(text.sentAt ?? text.createdAt),
    report_time: chinaTime(text.updatedAt),
    success,
    err_code: success ? 'DELIVERED' : String(text.errorCode ?? 'UNKNOWN'),
    err_msg: success ? '用户接收成功' : '用户接收失败',
    sms_size: String(text.segments),
    biz_id: text.sid,
    out_id: text.outId ?? '',
  };
}

/** Aliyun takes a push for received when it is answered with 200 and a numeric `code`, whatever the number. */
async function push(url: string, body: string, signal: AbortSignal): Promise<boolean> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json;charset=UTF-8' },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
  });
  if (answer.status !== 200) return false;
  const said = (await answer.json()) as { code?: unknown } | null;
  return typeof said?.code === 'number';
}

/**
 * Pushes SmsReport batches as Aliyun does in its "HTTP batch push" mode: a JSON array of the texts that came to their end, posted
 * to one address, unsigned, and three times again when it is not received.
 */
export function createAliyunReports({ gatherMs, retryMs, log }: ReportOptions) {
  const stop = new AbortController();
  let url: string | undefined;
  let gathered: ReturnType<typeof reportOf>[] = [];

  async function flush(): Promise<void> {
    await delay(gatherMs, undefined, { signal: stop.signal, ref: false });
    const batch = gathered;
    gathered = [];
    if (url === undefined) return;
    const body = JSON.stringify(batch);
    for (const pause of [0, ...retryMs]) {
      if (pause > 0) await delay(pause, undefined, { signal: stop.signal, ref: false });
      const received = await push(url, body, stop.signal).catch(() => false);
      log(`${batch.length} report(s): ${received ? 'received' : 'not received'}`);
      if (received) return;
    }
  }

  return {
    /** Where reports are pushed; without an address they are not. */
    setUrl(address: string | undefined): void {
      url = address;
    },
    async tell(text: SandboxMessage): Promise<void> {
      if (text.status === 'sent') return;
      gathered.push(reportOf(text));
      if (gathered.length > 1) return;
      flush().catch((error: unknown) => {
        if (!stop.signal.aborted) log(`reports: ${String(error)}`);
      });
    },
    close(): void {
      stop.abort();
    },
  };
}
