import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { maskText } from '../../domain/mask';
import { NotPublicError } from '../email/fetch-file';
import { signWebhook } from './sign-webhook';
import type { WebhookNetwork } from './webhook-network';

/** One attempt. */
export interface WebhookRequest {
  readonly url: string;
  /** Of the event: the same for every attempt. */
  readonly id: string;
  readonly body: string;
  readonly secrets: readonly string[];
}

/** `gone`: the receiver wants nothing more (410). The words are for the log, without addresses. */
export interface WebhookAnswer {
  readonly result: 'delivered' | 'failed' | 'gone';
  /** `null`: no answer. */
  readonly status: number | null;
  readonly words: string;
}

/** Posts a signed webhook. Redirects are not followed. Never rejects. */
export type PostWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>;

/** More of an answer is not read. */
const MAX_BYTES = 1_024;

interface Options {
  readonly network: WebhookNetwork;
  /** For the whole attempt, in milliseconds; default 15,000. */
  readonly timeoutMs?: number;
}

export function createPostWebhook({ network, timeoutMs = 15_000 }: Options): PostWebhook {
  return async ({ url, id, body, secrets }) => {
    const problem = network.problemOf(url);
    if (problem !== undefined) return { result: 'failed', status: null, words: `the URL ${problem}` };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await open(url, body, signWebhook(id, new Date(), body, secrets), network, signal);
      try {
        return answerOf(response.statusCode ?? 0, await beginningOf(response));
      } finally {
        response.destroy();
      }
    } catch (error) {
      return { result: 'failed', status: null, words: wordsOf(error, signal, timeoutMs) };
    }
  };
}

function open(
  url: string,
  body: string,
  signed: Readonly<Record<string, string>>,
  { lookup, ca }: WebhookNetwork,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const content = Buffer.from(body);
  const headers = {
    ...signed,
    'content-type': 'application/json',
    'content-length': content.length,
    'user-agent': 'Luminate',
    'accept-encoding': 'identity',
  };
  // No agent: a connection that is kept would be used again without a look-up.
  const options = { method: 'POST', agent: false, lookup, signal, headers, ...(ca === undefined ? {} : { ca }) };
  return new Promise((resolve, reject) => {
    const post = url.startsWith('https:') ? requestHttps : requestHttp;
    post(url, options, resolve).on('error', reject).end(content);
  });
}

/** The first bytes of an answer; what breaks off after the status does not change what was answered. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_BYTES) break;
    }
  } catch {
    // The status has come: it counts.
  }
  return Buffer.concat(chunks).subarray(0, MAX_BYTES).toString('utf8');
}

function answerOf(status: number, text: string): WebhookAnswer {
  const said = maskText(text.replace(/[\p{Cc}\p{Cs}\uFFFD\s]+/gu, ' ').trim());
  if (status >= 200 && status < 300) return { result: 'delivered', status, words: said };
  if (status === 410) return { result: 'gone', status, words: said };
  const redirect = status >= 300 && status < 400 ? 'a redirect, which is not followed: give the final URL. ' : '';
  return { result: 'failed', status, words: `${redirect}${said}`.trim() };
}

/** Network errors by code only: their words repeat addresses. */
function wordsOf(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (error instanceof NotPublicError) return 'the name of the host leads to an address that is not public';
  if (signal.aborted) return `no answer within ${timeoutMs / 1_000} s`;
  const { code } = (error ?? {}) as { code?: unknown };
  return `no connection, or it broke off: ${typeof code === 'string' ? code : 'no reason'}`;
}
