import { createHash } from 'node:crypto';
import type { Stores } from '../db/database';
import type { Audience, AudienceContent, NewAudience } from '../db/stores/audience-store';
import type { AudienceId } from '../domain/ids';
import { cleanFileName } from '../domain/file-name';
import { safeError } from '../domain/safe-error';
import type { FileFault } from '../audiences/file-fault';
import type { ApiDeps } from './deps';
import { ApiError, invalidRequest } from './problem';
import type { UploadQuery } from './schemas/audiences';

type Deps = Pick<ApiDeps, 'audiences' | 'database' | 'isDuplicate' | 'logger' | 'rules'>;

export interface Upload {
  readonly appId: NewAudience['appId'];
  readonly query: UploadQuery;
  readonly uploadId: string | undefined;
  readonly content: AsyncIterable<Buffer>;
  /** Puts the upload down in the audit log, within the transaction that makes it an audience. */
  record(stores: Stores, audience: Audience): Promise<void>;
}

/** So many at once in one process: each takes a core while it is read. */
const AT_ONCE = 2;
/** An upload that has not given a sign of life for so long, in milliseconds, has died with its process. */
const SILENT_MS = 60_000;
const DEFAULT_NAME = 'recipients.csv';

/** A repeat of an upload that is there: the same file gets the same answer. Throws 422 for another one. */
async function replay(audience: Audience, { query, content }: Upload): Promise<Audience> {
  const sum = createHash('sha256');
  for await (const chunk of content) sum.update(chunk);
  const same = query.channel === audience.channel && query.addressColumn === audience.addressColumn;
  if (same && sum.digest('hex') === audience.checksum) return audience;
  throw new ApiError('idempotency_key_reused', 'The upload id was used before, for another file or other columns.');
}

/** A new audience for an upload, or the one that an earlier upload of the same id made. Throws 409 while that one goes on. */
async function begin(deps: Deps, { appId, query, uploadId }: Upload): Promise<Audience> {
  const { audiences: store } = deps.database.stores;
  const { channel, addressColumn, name = '' } = query;
  const audience = {
    appId,
    uploadId: uploadId ?? null,
    name: cleanFileName(name, DEFAULT_NAME),
    channel,
    addressColumn,
  };
  for (;;) {
    try {
      return await store.begin(audience);
    } catch (error) {
      if (uploadId === undefined || !deps.isDuplicate(error)) throw error;
    }
    const earlier = await store.findUpload(appId, uploadId);
    if (earlier?.status === 'ready') return earlier;
    if (!earlier) continue;
    if (!(await store.abandonSilent(earlier.id, new Date(Date.now() - SILENT_MS)))) {
      throw new ApiError('upload_in_progress');
    }
    await deps.audiences.remove(earlier.id);
  }
}

function toApiError({ code, detail, line }: FileFault, { audiences: { limits } }: Deps): ApiError {
  if (code === 'too_large') {
    return new ApiError('body_too_large', `The file has more than ${limits.fileBytes} bytes: split it.`);
  }
  const where = line === undefined ? '' : ` (line ${line})`;
  const fault = { code, detail: `The file ${detail}`, ...(line === undefined ? {} : { line }) };
  return new ApiError('invalid_request', `The file${where} ${detail}`, [fault]);
}

/** Forgets an upload that came to nothing. A database that is away leaves it to retention, and to a repeat of the upload. */
async function abandon({ database, logger }: Deps, id: AudienceId): Promise<void> {
  try {
    await database.stores.audiences.abandon(id);
  } catch (error) {
    logger.warn({ audience: id, error: safeError(error) }, 'an upload that failed is left for retention');
  }
}

async function receive(deps: Deps, id: AudienceId, { query, content }: Upload): Promise<AudienceContent> {
  const { audiences: store } = deps.database.stores;
  const { channel, addressColumn, encoding } = query;
  const onProgress = async (progress: { bytes: number; rows: number }): Promise<void> => {
    const goesOn = await store.setProgress(id, progress).catch((error: unknown) => {
      if (deps.database.isAway(error)) return true;
      throw error;
    });
    if (!goesOn) throw new ApiError('upload_cancelled');
  };
  const { region } = deps.rules.current().defaults;
  const result = await deps.audiences.importFrom(content, {
    id,
    channel,
    addressColumn,
    encoding,
    region,
    onProgress,
  });
  if ('fault' in result) throw toApiError(result.fault, deps);
  return result;
}

async function complete(deps: Deps, id: AudienceId, content: AudienceContent, { record }: Upload): Promise<Audience> {
  // When this rejects it is not known whether it is ready: its files stay.
  const audience = await deps.database.transaction(async (stores) => {
    const finished = (await stores.audiences.finish(id, content)) ? await stores.audiences.get(id) : undefined;
    if (finished) await record(stores, finished);
    return finished;
  });
  if (audience) return audience;
  await deps.audiences.remove(id);
  throw new ApiError('upload_cancelled');
}

/** Takes uploads of audiences, two at a time. Whatever goes wrong, nothing is left of one that did not become an audience. */
export function createAudienceUploads(deps: Deps) {
  let running = 0;
  async function run(upload: Upload): Promise<{ audience: Audience; replayed: boolean }> {
    const audience = await begin(deps, upload);
    if (audience.status === 'ready') return { audience: await replay(audience, upload), replayed: true };
    const { id } = audience;
    let content: AudienceContent;
    try {
      content = await receive(deps, id, upload);
    } catch (error) {
      await abandon(deps, id);
      throw error;
    }
    return { audience: await complete(deps, id, content, upload), replayed: false };
  }
  return {
    /** The audience, and whether it was there before. Throws 429 when too many go on. */
    async upload(upload: Upload): Promise<{ audience: Audience; replayed: boolean }> {
      if (running >= AT_ONCE) throw new ApiError('too_many_uploads');
      running++;
      try {
        return await run(upload);
      } finally {
        running--;
      }
    },
  };
}

/** The id of an upload: given as a parameter or as an Idempotency-Key. Throws 422 when they differ or are none. */
export function uploadIdOf(query: UploadQuery, key: string | undefined): string | undefined {
  if (key === undefined || key === query.uploadId) return query.uploadId;
  if (query.uploadId !== undefined) {
    const detail = 'differs from the Idempotency-Key: they are the same thing, give one of them';
    throw invalidRequest([{ parameter: 'uploadId', code: 'conflict', detail }]);
  }
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new ApiError('invalid_idempotency_key');
  return key;
}
