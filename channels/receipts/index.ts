import { aliyunReceipts } from './aliyun';
import { genericReceipts } from './generic';
import type { ReceiptSource } from './receipt-source';
import { sendgridReceipts } from './sendgrid';
import { createSesReceipts } from './ses';
import { fetchText } from './sns-signature';
import { twilioReceipts } from './twilio';

/** Every way in which receipts come in. A new one is a file with a source and a line here. */
export const RECEIPT_SOURCES: readonly ReceiptSource[] = [
  twilioReceipts,
  aliyunReceipts,
  createSesReceipts(fetchText),
  sendgridReceipts,
  genericReceipts,
];
