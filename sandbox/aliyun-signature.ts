import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it is signed. */
interface SignedRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AliyunKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** An error of Aliyun's gateway. */
export interface GatewayError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';
const CLOCK_MS = 15 * 60_000;
const NONCES_KEPT = 10_000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** The request in the form that is signed (Aliyun's "V3 request body & signature mechanism"). */
function canonicalRequest({ method, target, headers, body }: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', query = ''] = target.split('?', 2);
  const lines = signedHeaders.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`);
  return [method, path, canonicalQuery(query), lines.join(''), signedHeaders.join(';'), sha256(body)].join('\n');
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Checks signatures of one key: host and all `x-acs-` headers must be signed, the clock right, and no nonce used twice. */
export function createSignatureCheck({ accessKeyId, accessKeySecret }: AliyunKey) {
  const nonces = new Set<string>();
  const error = (status: number, code: string, message: string): GatewayError => ({ status, code, message });

  return (request: SignedRequest): GatewayError | undefined => {
    const { headers } = request;
    const header = (name: string): string => String(headers[name] ?? '');
    const [, id, names = '', signature = ''] =
      /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
        header('authorization'),
      ) ?? [];
    if (id === undefined) {
      return error(400, 'IncompleteSignature', 'The request signature does not conform to Aliyun standards.');
    }
    if (id !== accessKeyId) return error(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    const signedHeaders = names.split(';');
    const mustBeSigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-acs-'))];
    const complete = mustBeSigned.every((name) => signedHeaders.includes(name));
    const bodyIsThis = header('x-acs-content-sha256') === sha256(request.body);
    const text = `${ALGORITHM}\n${sha256(canonicalRequest(request, signedHeaders))}`;
    const expected = createHmac('sha256', accessKeySecret).update(text).digest('hex');
    if (!complete || !bodyIsThis || !sameText(signature, expected)) {
      return error(400, 'SignatureDoesNotMatch', 'Specified signature is not matched with our calculation.');
    }
    if (!(Math.abs(Date.parse(header('x-acs-date')) - Date.now()) <= CLOCK_MS)) {
      return error(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
    }
    const nonce = header('x-acs-signature-nonce');
    if (nonce === '' || nonces.has(nonce)) {
      return error(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
    }
    nonces.add(nonce);
    const [oldest] = nonces;
    if (nonces.size > NONCES_KEPT && oldest !== undefined) nonces.delete(oldest);
    return undefined;
  };
}
