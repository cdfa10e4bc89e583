import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import express, { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import type { Reading, ReceiptSource, WebhookReply, WebhookRequest } from '../../channels/receipts/receipt-source';
import { isId } from '../../domain/ids';
import { nameRoute } from '../context';
import type { ApiDeps } from '../deps';
import { ApiError } from '../problem';
import { keepInbound } from './keep-inbound';
import { keepReceipts } from './keep-receipts';

type Deps = Pick<ApiDeps, 'config' | 'database' | 'receiptSources' | 'metrics' | 'rules' | 'logger'>;

const PATH = '/webhooks/:source/:accountId';
const readRaw = express.raw({ type: () => true, limit: '1mb' });

const params = z.object({
  source: z.string().describe('`twilio`, `aliyun`, `ses`, `sendgrid`, or `generic`: Standard Webhooks.'),
  accountId: z.string().describe('Id of the account that the receipts belong to.'),
});
const responses = {
  200: { description: 'Kept, with the answer that the provider wants.' },
  204: { description: 'Kept.' },
  400: { description: '`bad_request`: not what the provider sends.' },
  403: { description: '`bad_signature`: not signed, or not by the provider of the account.' },
  404: { description: '`not_found`: no such source, or no account of it has this id.' },
  413: { description: '`body_too_large`' },
  500: { description: '`internal_error`' },
  503: { description: 'Nothing was kept; try again later.' },
};

/** For the documentation. */
export const webhookPaths: readonly RouteConfig[] = [
  {
    method: 'post',
    path: '/webhooks/{source}/{accountId}',
    operationId: 'postReceipts',
    tags: ['Webhooks'],
    summary: 'Take receipts of a provider',
    description: 'Called by providers, proven by their signature instead of a key. A repetition changes nothing.',
    request: { params },
    responses,
  },
  {
    method: 'post',
    path: '/webhooks/{source}/{accountId}/inbound',
    operationId: 'postInbound',
    tags: ['Webhooks'],
    summary: 'Take a text that a recipient sent',
    description: 'STOP and its like suppress the number for all apps, START lifts that again. For `twilio`.',
    request: { params },
    responses,
  },
];

/** The address as the provider knows it. Never the Host header: it is the client's word, and proxies change it. */
function toWebhookRequest(req: Request, publicUrl: string): WebhookRequest {
  const url = publicUrl.replace(/\/+$/, '') + req.originalUrl;
  const body: unknown = req.body;
  return {
    url,
    query: new URL(url).searchParams,
    header: (name) => req.get(name),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    now: Date.now(),
  };
}

async function findTarget({ database, receiptSources }: Deps, req: Request) {
  const { source: name, accountId = '' } = req.params as Record<string, string>;
  const source = receiptSources.find((one) => one.name === name);
  const account = source && isId('acc', accountId) ? await database.stores.accounts.get(accountId) : undefined;
  if (!source || !account || (source.provider !== undefined && source.provider !== account.provider)) {
    throw new ApiError('not_found', `There is no webhook ${req.path}. Is the account one of this provider?`);
  }
  return { source, account };
}

type Target = Awaited<ReturnType<typeof findTarget>>;
type Read<T> = (request: WebhookRequest, settings: Parameters<ReceiptSource['read']>[1]) => Promise<Reading<T>>;

async function readEvents<T>(deps: Deps, req: Request, { source, account }: Target, read: Read<T>) {
  const secrets = await deps.database.stores.accounts.secretsOf(account.id);
  const { id, name, config } = account;
  const request = toWebhookRequest(req, deps.config.PUBLIC_URL);
  const reading = await read(request, { id, name, config, secrets }).catch((cause: unknown) => {
    throw new ApiError('service_unavailable', 'The request could not be checked just now; try again.', undefined, {
      cause,
    });
  });
  if (reading.ok) return reading;
  deps.metrics.webhooks.inc({ source: source.name, result: reading.reason });
  deps.logger.warn(
    { source: source.name, accountId: id, detail: reading.detail },
    'a request to a webhook was refused',
  );
  throw new ApiError(reading.reason === 'signature' ? 'bad_signature' : 'bad_request', `${reading.detail}.`);
}

/** POST /webhooks/:source/:accountId and …/inbound. Answers 2xx only after everything is in MySQL; a worker applies it. */
export function createWebhookRouter(deps: Deps): Router {
  const router = Router();
  const serve =
    (take: (req: Request, target: Target) => Promise<WebhookReply | undefined>): RequestHandler =>
    async (req, res) => {
      const reply = await take(req, await findTarget(deps, req));
      if (reply) res.status(200).type(reply.contentType).send(reply.body);
      else res.status(204).end();
    };
  const count = (source: ReceiptSource, result: string, n = 1): void => {
    if (n > 0) deps.metrics.webhooks.inc({ source: source.name, result }, n);
  };
  router.post(
    PATH,
    nameRoute(PATH),
    readRaw,
    serve(async (req, target) => {
      const { source, account } = target;
      const { events, reply } = await readEvents(deps, req, target, (...given) => source.read(...given));
      const kept = await keepReceipts(deps.database.stores, source.name, account.id, events);
      count(source, 'kept', kept);
      count(source, 'repeated', events.length - kept);
      return reply;
    }),
  );
  router.post(
    `${PATH}/inbound`,
    nameRoute(`${PATH}/inbound`),
    readRaw,
    serve(async (req, target) => {
      const { source, account } = target;
      const { readInbound } = source;
      if (!readInbound) throw new ApiError('not_found', `Texts of recipients are not read from ${source.name}.`);
      const { events, reply } = await readEvents(deps, req, target, readInbound);
      for (const text of events) count(source, await keepInbound(deps, source.name, account.id, text));
      return reply;
    }),
  );
  return router;
}
