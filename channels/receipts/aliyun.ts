import { z } from 'zod';
import { maskText } from '../../domain/mask';
import type { ProviderReceipt } from '../../domain/receipt';
import { messageIdOf } from './message-ref';
import {
  badSignature,
  hashedId,
  malformed,
  readJsonBody,
  sameSecret,
  settingOf,
  type ReceiptSource,
} from './receipt-source';

/** https://help.aliyun.com/zh/sms/developer-reference/smsreport-2 */
const reportSchema = z.object({
  phone_number: z.string(),
  report_time: z.string().optional(),
  success: z.boolean(),
  err_code: z.string().optional(),
  err_msg: z.string().optional(),
  biz_id: z.string(),
  out_id: z.string().optional(),
});
type Report = z.output<typeof reportSchema>;

/** Aliyun writes the time of Beijing, without a zone. */
function timeOf(text: string | undefined, now: number): number {
  const time = Date.parse(`${(text ?? '').replace(' ', 'T')}+08:00`);
  return Number.isNaN(time) ? now : time;
}

function receiptOf(report: Report, now: number): ProviderReceipt {
  const { biz_id: bizId, out_id: outId, phone_number: phone, success } = report;
  const messageId = messageIdOf(outId);
  return {
    ...(messageId ? { messageId } : {}),
    providerMessageId: bizId,
    event: success ? 'deliver' : 'failDelivery',
    // There is no id of an event, and one BizId may stand for several numbers.
    eventId: hashedId(bizId, phone, String(success)),
    at: timeOf(report.report_time, now),
    code: report.err_code ?? (success ? 'DELIVERED' : 'UNDELIVERED'),
    detail: maskText(report.err_msg ?? ''),
  };
}

/**
 * Aliyun's SmsReport batches. Aliyun does not sign: the address given in its console ends in `?token=`, the account's
 * `webhookToken`. A message is found by `OutId`, which is our id, else by the BizId.
 */
export const aliyunReceipts: ReceiptSource = {
  name: 'aliyun',
  provider: 'aliyun',
  async read(request, account) {
    const token = settingOf(account.secrets, 'webhookToken');
    const given = request.query.get('token');
    if (token === undefined || given === null || !sameSecret(given, token)) {
      return badSignature('the token in the address is not the webhookToken of the account');
    }
    const reports = z.array(reportSchema).safeParse(readJsonBody(request.body));
    if (!reports.success) return malformed('the body must be a JSON list of SmsReport entries');
    return {
      ok: true,
      events: reports.data.map((report) => receiptOf(report, request.now)),
      reply: { contentType: 'application/json', body: '{"code":0,"msg":"ok"}' },
    };
  },
};
