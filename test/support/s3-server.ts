import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export const S3_KEYS = { accessKeyId: 'AKIDTEST', secretAccessKey: 'a secret key/+=' } as const;
const LEAST_PART = 5 * 1024 * 1024;

/** The far end of S3: what an unmodified client needs of it, with its rules. */
export interface S3Server {
  readonly url: string;
  readonly objects: ReadonlyMap<string, Buffer>;
  /** Uploads in parts that are neither complete nor aborted. */
  readonly unfinished: ReadonlyMap<string, ReadonlyMap<number, Buffer>>;
  /** What was asked, e.g. `PUT` or `POST uploads`. */
  readonly calls: string[];
  close(): Promise<void>;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Signature Version 4 of a request with headers; throws what S3 answers to a wrong one. */
function checkSignature(req: IncomingMessage, url: URL, body: Buffer): void {
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      req.headers.authorization ?? '',
    ) ?? [];
  const [accessKeyId, ...scope] = credential.split('/');
  if (accessKeyId !== S3_KEYS.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId');
  const given = String(req.headers['x-amz-content-sha256']);
  if (given !== 'UNSIGNED-PAYLOAD' && given !== sha256(body)) throw new Refusal(400, 'XAmzContentSHA256Mismatch');
  const query = [...url.searchParams].map(([name, value]) => `${escaped(name)}=${escaped(value)}`).sort();
  const headers = signed.split(';').map((name) => `${name}:${String(req.headers[name]).trim()}\n`);
  const canonical = [req.method, url.pathname, query.join('&'), headers.join(''), signed, given].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', req.headers['x-amz-date'], scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<Buffer | string>((last, part) => hmac(last, part), `AWS4${S3_KEYS.secretAccessKey}`);
  if (hmac(key, toSign).toString('hex') !== signature) throw new Refusal(403, 'SignatureDoesNotMatch');
}

interface Held {
  readonly objects: Map<string, Buffer>;
  readonly unfinished: Map<string, Map<number, Buffer>>;
}
interface Answer {
  readonly status: number;
  readonly body?: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const etagOf = (data: Buffer): string => `"${createHash('md5').update(data).digest('hex')}"`;

function complete(held: Held, key: string, id: string, order: string): Answer {
  const parts = held.unfinished.get(id);
  if (!parts) throw new Refusal(404, 'NoSuchUpload');
  const named = [...order.matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    etag: (/<ETag>(.*?)</.exec(part)?.[1] ?? '').replaceAll('&quot;', '"'),
  }));
  const pieces = named.map(({ number, etag }) => {
    const piece = parts.get(number);
    if (!piece || etagOf(piece) !== etag) throw new Refusal(400, 'InvalidPart');
    return piece;
  });
  if (pieces.slice(0, -1).some(({ length }) => length < LEAST_PART)) throw new Refusal(400, 'EntityTooSmall');
  held.objects.set(key, Buffer.concat(pieces));
  held.unfinished.delete(id);
  return { status: 200, body: `<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>` };
}

function read(held: Held, key: string, range: string | undefined): Answer {
  const object = held.objects.get(key);
  if (!object) throw new Refusal(404, 'NoSuchKey');
  if (range === undefined) return { status: 200, body: object };
  const from = Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
  if (from >= object.length) throw new Refusal(416, 'InvalidRange');
  const headers = { 'Content-Range': `bytes ${from}-${object.length - 1}/${object.length}` };
  return { status: 206, body: object.subarray(from), headers };
}

function answer(held: Held, req: IncomingMessage, url: URL, body: Buffer): Answer {
  const [, bucket, ...path] = decodeURIComponent(url.pathname).split('/');
  const key = path.join('/');
  if (bucket !== 'bucket') throw new Refusal(404, 'NoSuchBucket');
  const id = url.searchParams.get('uploadId');
  const part = url.searchParams.get('partNumber');
  switch (`${req.method}${id === null ? '' : ' part'}${url.searchParams.has('uploads') ? ' begin' : ''}`) {
    case 'PUT':
      held.objects.set(key, body);
      return { status: 200, headers: { ETag: etagOf(body) } };
    case 'POST begin': {
      const begun = `upload-${held.unfinished.size + 1}`;
      held.unfinished.set(begun, new Map());
      const xml = `<UploadId>${begun}</UploadId>`;
      return { status: 200, body: `<InitiateMultipartUploadResult>${xml}</InitiateMultipartUploadResult>` };
    }
    case 'PUT part':
      held.unfinished.get(id ?? '')?.set(Number(part), body);
      return { status: 200, headers: { ETag: etagOf(body) } };
    case 'POST part':
      return complete(held, key, id ?? '', body.toString());
    case 'DELETE part':
      held.unfinished.delete(id ?? '');
      return { status: 204 };
    case 'GET':
      return read(held, key, req.headers.range);
    case 'DELETE':
      held.objects.delete(key);
      return { status: 204 };
    default:
      throw new Refusal(501, 'NotImplemented');
  }
}

function send(res: ServerResponse, { status, body = '', headers = {} }: Answer): void {
  res.writeHead(status, { ...headers, 'Content-Length': String(Buffer.byteLength(body)) }).end(body);
}

/** Listens on a free port; holds one bucket, `bucket`. */
export async function startS3Server(): Promise<S3Server> {
  const held: Held = { objects: new Map(), unfinished: new Map() };
  const calls: string[] = [];
  const server = createServer((req, res) => {
    void (async () => {
      const body = await buffer(req);
      const url = new URL(req.url ?? '/', 'http://localhost');
      const asked = [...url.searchParams.keys()].filter((name) => name !== 'x-id').sort();
      calls.push([req.method, ...asked].join(' '));
      try {
        checkSignature(req, url, body);
        send(res, answer(held, req, url, body));
      } catch (error) {
        const { status, code } = error instanceof Refusal ? error : new Refusal(500, 'InternalError');
        send(res, {
          status,
          body: `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
          headers: { 'Content-Type': 'application/xml' },
        });
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...held,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
