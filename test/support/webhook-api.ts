import { Registry } from 'prom-client';
import request, { type Response } from 'supertest';
import { createSesReceipts } from '../../channels/receipts/ses';
import { genericReceipts } from '../../channels/receipts/generic';
import { twilioReceipts } from '../../channels/receipts/twilio';
import type { Message } from '../../db/stores/message-store';
import type { Receipt } from '../../db/stores/receipt-store';
import type { Suppression } from '../../db/stores/suppression-store';
import type { Attempt } from '../../domain/hand-over';
import type { AccountId, AppId, MessageId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { MessageStatus } from '../../domain/message-status';
import type { TraceEvent } from '../../domain/trace-event';
import { createApplyReceipts, RECEIPTS_AT_ONCE, type ApplyReceipts } from '../../workers/apply-receipts';
import { createReceiptMetrics, type ReceiptMetrics } from '../../workers/receipt-metrics';
import { seedMessages } from './seed-messages';
import { createSelfSigned, type SelfSigned } from './self-signed';
import { createTestApi, type TestApi } from './test-api';
import { newWebhookSecret, standardHeaders } from './webhooks';

export const SNS_TOPIC = 'arn:aws:sns:eu-west-1:123456789012:mail';
export const TWILIO_TOKEN = 'token-of-twilio';

export const attemptOf = (accountId: AccountId, more: Partial<Attempt> = {}): Attempt => ({
  n: 1,
  accountId,
  account: 'mail',
  why: 'only account of the route',
  startedAt: 1,
  endedAt: 2,
  class: 'accepted',
  code: '250',
  detail: 'OK',
  ...more,
});

/** The API with an account for mail and one for texts, and what applies the receipts; trace and statuses are recorded. */
export interface WebhookApi {
  readonly api: TestApi;
  readonly appId: AppId;
  readonly mailAccount: AccountId;
  readonly textAccount: AccountId;
  readonly webhookSecret: string;
  /** What signs for Amazon SNS. */
  readonly sns: SelfSigned;
  readonly apply: ApplyReceipts;
  readonly metrics: ReceiptMetrics;
  /** Both emptied by the test. */
  readonly traced: TraceEvent[];
  readonly entered: [Lane, MessageStatus][];
  /** A message of the shop, handed to the mail account once. */
  messageIn(status: MessageStatus, columns?: Record<string, unknown>): Promise<MessageId>;
  message(id: MessageId): Promise<Message>;
  receiptsOf(id: MessageId): Promise<Receipt[]>;
  suppressionsOf(id: MessageId): Promise<Suppression[]>;
  /** Posts a receipt in our own form, signed; each has another id unless one is given. */
  post(body: Record<string, unknown>, id?: string, app?: TestApi['app']): Promise<Response>;
  /** Applies the receipts that are due now, and those that wait for another look. */
  applyAll(): Promise<void>;
}

export async function createWebhookApi(): Promise<WebhookApi> {
  const sns = createSelfSigned('sns.amazonaws.com');
  const receiptSources = [twilioReceipts, genericReceipts, createSesReceipts(async () => sns.pem)];
  const api = await createTestApi({ deps: { receiptSources } });
  const appId = api.shop.appId as AppId;
  const webhookSecret = newWebhookSecret();
  const { stores } = api.db.database;
  const account = { config: {}, rate: null };
  const mailAccount = await stores.accounts.create({
    ...account,
    name: 'mail',
    channel: 'email',
    provider: 'smtp',
    config: { snsTopicArn: SNS_TOPIC },
    secrets: { webhookSecret },
  });
  const textAccount = await stores.accounts.create({
    ...account,
    name: 'texts',
    channel: 'sms',
    provider: 'twilio',
    secrets: { authToken: TWILIO_TOKEN },
  });
  const metrics = createReceiptMetrics(new Registry());
  const traced: TraceEvent[] = [];
  const entered: [Lane, MessageStatus][] = [];
  const apply = createApplyReceipts({
    database: api.db.database,
    trace: { emit: async (events) => void traced.push(...events) },
    metrics,
    onStatus: (lane, status) => void entered.push([lane, status]),
    log: api.deps.logger,
  });
  const message = async (id: MessageId): Promise<Message> => (await stores.messages.get(id))!;
  let events = 0;
  return {
    api,
    appId,
    mailAccount,
    textAccount,
    webhookSecret,
    sns,
    apply,
    metrics,
    traced,
    entered,
    async messageIn(status, columns = {}) {
      const attempts = status === 'sending' ? null : JSON.stringify([attemptOf(mailAccount)]);
      const row = { status, account_id: mailAccount, attempt: 1, attempts, ...columns };
      const [id] = await seedMessages(api.db, 1, { appId, columns: row });
      return id!;
    },
    message,
    receiptsOf: async (id) => (await stores.receipts.ofMessages([id])).get(id)!,
    suppressionsOf: async (id) => stores.suppressions.list({ address: (await message(id)).address, limit: 10 }),
    async post(body, id = `evt_${++events}`, app = api.app) {
      const text = JSON.stringify(body);
      return request(app)
        .post(`/webhooks/generic/${mailAccount}`)
        .set({ ...standardHeaders(webhookSecret, id, text), 'Content-Type': 'application/json' })
        .send(text);
    },
    async applyAll() {
      await api.db.knex('receipts').whereNotNull('due_at').update({ due_at: new Date() });
      while ((await apply()) === RECEIPTS_AT_ONCE);
    },
  };
}
