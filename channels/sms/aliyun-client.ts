import Dysmsapi from '@alicloud/dysmsapi20170525';
import { $OpenApiUtil, OpenApiUtil } from '@alicloud/openapi-core';
import { createHash } from 'node:crypto';
import { stringify } from 'node:querystring';
import { createHttpClient, type HttpAnswer } from '../http/http-client';
import type { Silence } from '../http/silence';
import type { AliyunAccount } from './aliyun-config';
import type { AliyunAnswer } from './aliyun-reply';

/** Why a request to Aliyun brought nothing: it was answered otherwise, or not at all. */
export interface AliyunFailure extends Error {
  readonly answer?: AliyunAnswer;
  readonly silence?: Silence;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';
const HASH_OF_NOTHING = createHash('sha256').digest('hex');

type Api = Parameters<Dysmsapi['callApi']>[0];
type SignedRequest = Parameters<typeof OpenApiUtil.getAuthorization>[0];

/** The request that the library would send, signed by it. All parameters of this API go into the query. */
function signed(api: Api, query: Record<string, string>, { config, secrets }: AliyunAccount) {
  const base = new URL(config.baseUrl);
  const headers: Record<string, string> = {
    host: base.host,
    accept: 'application/json',
    'x-acs-action': api.action,
    'x-acs-version': api.version,
    'x-acs-date': OpenApiUtil.getTimestamp(),
    'x-acs-signature-nonce': OpenApiUtil.getNonce(),
    'x-acs-content-sha256': HASH_OF_NOTHING,
  };
  const request = { method: 'POST', pathname: '/', query, headers } as unknown as SignedRequest;
  const { accessKeyId, accessKeySecret } = secrets;
  const authorization = OpenApiUtil.getAuthorization(request, ALGORITHM, HASH_OF_NOTHING, accessKeyId, accessKeySecret);
  return { method: 'POST', url: new URL(`/?${stringify(query)}`, base), headers: { ...headers, authorization } };
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

function failureOf({ status, headers }: HttpAnswer, body: Record<string, unknown>): AliyunFailure {
  const answer = {
    status,
    code: textOf(body['Code']),
    message: textOf(body['Message']),
    retryAfter: headers['retry-after'],
  };
  return Object.assign(new Error(`HTTP ${status}`), { answer });
}

/**
 * The official library, which makes and signs the requests, over connections of ours: its own transport takes every silence
 * for a connection that never opened, and cannot be closed. Its calls reject with an AliyunFailure for all but an `OK`.
 */
export function createAliyunClient(account: AliyunAccount): { client: Dysmsapi; close: () => void } {
  const { config, secrets } = account;
  const client = new Dysmsapi(
    new $OpenApiUtil.Config({ ...secrets, regionId: config.regionId, endpoint: new URL(config.baseUrl).host }),
  );
  const http = createHttpClient(config);
  client.callApi = async (api, request) => {
    const outcome = await http.request(signed(api, request.query ?? {}, account));
    if ('silence' in outcome) throw Object.assign(new Error('no answer'), { silence: outcome.silence });
    const { status, headers, body } = outcome.answer;
    const parsed = parse(body);
    if (status >= 300 || parsed['Code'] !== 'OK') throw failureOf(outcome.answer, parsed);
    // The library throws for a field of another type than it expects, which must not turn a text that was taken into a failure.
    const scalars = { BizId: textOf(parsed['BizId']), Message: textOf(parsed['Message']), RequestId: undefined };
    return { statusCode: status, headers: { ...headers }, body: { ...parsed, ...scalars } };
  };
  return { client, close: http.close };
}
