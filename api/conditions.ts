import { hash } from 'node:crypto';
import type { Request } from 'express';
import type { Database, Stores } from '../db/database';
import { retryDeadlocks } from './middleware/idempotency';
import { ApiError } from './problem';
import type { Call, Route, VersionRequest } from './route';

type Edit = Call<unknown, unknown, unknown>['edit'];

/** The conditions of one request, and the ETag of its answer. */
export interface Conditions {
  readonly edit: Edit;
  /** The same within the transaction of a request that has one. */
  readonly within: (stores: Stores) => Edit;
  /** Before the handler of a GET: what it reads afterwards is as of this version, or newer, so that no edit is overlooked. */
  look(): Promise<void>;
  /** The ETag of the answer; `undefined` where the resource has none. Throws when an edit passed its condition by. */
  etagOf(json: string | undefined): string | undefined;
  /** Whether the caller has this answer already. */
  isKnown(etag: string): boolean;
}

/** Whoever compresses an answer on the way makes its ETag a weak one: to us it says the same. */
const TAG = /(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
const SHORT = 16;

/** A short fingerprint: equal for equal values. */
export const fingerprintOf = (value: unknown): string => digestOf(JSON.stringify(value));
const digestOf = (text: string): string => hash('sha256', text).slice(0, SHORT);

interface Tags {
  readonly any: boolean;
  readonly list: readonly string[];
}

/** The entity tags of a header. Throws 400 for anything else. */
function tagsOf(req: Request, header: string): Tags | undefined {
  const text = req.get(header)?.trim();
  if (text === undefined) return undefined;
  if (text === '*') return { any: true, list: [] };
  const list = [...text.matchAll(TAG)].map(([, tag = '']) => tag);
  if (list.length > 0 && text.replace(TAG, '').replace(/[,\s]/g, '') === '') return { any: false, list };
  throw new ApiError('bad_request', `${header} must hold ETags of answers, e.g. "7", or be *.`);
}

/** The condition of an edit. Throws 400 where the route knows none: nobody shall believe that it was looked at. */
function ifMatchOf({ method, path, versionOf }: Route, req: Request): Tags | undefined {
  if (versionOf) return tagsOf(req, 'If-Match');
  if (method === 'get' || req.get('If-Match') === undefined) return undefined;
  const name = `${method.toUpperCase()} ${path}`;
  throw new ApiError('bad_request', `${name} knows no If-Match, and did nothing: send it without that header.`);
}

/** `<version>` or `<version>.<fingerprint of an answer>`: edits go by the version alone. */
const versionIn = (tag: string): string => tag.split('.', 1)[0] ?? '';

/**
 * The conditions of a request to a route with `versionOf`: `If-Match` is held against the version within the transaction of
 * `edit`, with the resource held, so that of two edits of the same version one is made. Throws 412; 400 for a header that is none, and
 * for `If-Match` on a route that has no versions.
 */
export function createConditions(
  route: Route,
  request: Pick<VersionRequest<unknown>, 'params' | 'caller'>,
  req: Request,
  database: Pick<Database, 'stores' | 'transaction'>,
): Conditions {
  const { versionOf } = route;
  const ifMatch = ifMatchOf(route, req);
  const ifNoneMatch = versionOf && tagsOf(req, 'If-None-Match');
  const read = (stores: Stores, hold: boolean) => versionOf?.({ ...request, stores, hold });
  let version: string | undefined;
  let compared = false;
  const same = (current: string): void => {
    compared = true;
    if (!ifMatch || ifMatch.any || ifMatch.list.some((tag) => versionIn(tag) === current)) return;
    throw new ApiError('precondition_failed', `It is as of "${current}" now: read it and decide anew.`);
  };
  const within =
    (stores: Stores): Edit =>
    async (work) => {
      const current = ifMatch && (await read(stores, true));
      if (current !== undefined) same(current);
      const result = await work(stores, same);
      if (route.method !== 'delete') version = await read(stores, false);
      return result;
    };
  return {
    edit: (work) => retryDeadlocks(() => database.transaction((stores) => within(stores)(work))),
    within,
    async look() {
      if (route.method === 'get') version = await read(database.stores, false);
    },
    etagOf(json) {
      if (ifMatch && route.method !== 'get' && !compared) throw new Error(`${route.path} took no notice of If-Match`);
      if (version === undefined) return undefined;
      return route.method === 'get' ? `"${version}.${digestOf(json ?? '')}"` : `"${version}"`;
    },
    isKnown: (etag) =>
      route.method === 'get' &&
      (ifNoneMatch?.any === true || ifNoneMatch?.list.some((tag) => `"${tag}"` === etag) === true),
  };
}
