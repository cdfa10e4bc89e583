import type { z } from 'zod';
import type { Stores } from '../db/database';
import type { AuditAction, AuditFields, AuditOrigin } from '../domain/audit';
import type { ApprovalId } from '../domain/ids';
import type { Permission } from '../domain/permissions';
import type { AwaitsApproval } from './approvals/awaits-approval';
import type { Caller } from './context';
import type { ProblemCode } from './problem';

/** What a handler knows better than its declaration; told before the work of `edit`, or of the request, ends. */
export interface AuditNote {
  /** Id of the subject, where it is neither in the path nor the `id` of the answer. */
  readonly subject?: string;
  /** Something else was done than the route declares. */
  readonly action?: AuditAction;
  /** Nothing is done yet: the approval that the change waits for. */
  readonly waitsFor?: ApprovalId;
  /** Besides how the subject is afterwards. No addresses, contents, or values of variables. */
  readonly after?: AuditFields;
}

/** What of a route is put down in the audit log (domain/audit.ts). Every route whose method is not GET says. */
export type RouteAudit =
  | {
      readonly action: AuditAction;
      /** The work is no one transaction: the entry is written after it, before the answer. */
      readonly afterwards?: true;
      /** What names the subject, where that is not the first parameter of the path. */
      readonly refOf?: (call: { readonly params: unknown; readonly body: unknown }) => string | undefined;
    }
  /** It calls other endpoints, which put down what they do; refusals of its own are put down as this. */
  | { readonly through: AuditAction }
  /** Why nothing is put down. */
  | { readonly none: string };

/** One checked request. */
export interface Call<P, Q, B, F = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** What `beforehand` of the route found. */
  readonly found: F;
  readonly caller: Caller;
  /** Over the transaction of the request where it has one, else over the pool. */
  readonly stores: Stores;
  /**
   * Runs the work of an edit in one transaction, once what `If-Match` says was found to hold there. Where the version cannot be
   * held, the work calls `same` with the version that it replaces: it throws 412 when that is another one. After
   * a deadlock the work runs again, so it touches the database only.
   */
  edit<T>(work: (stores: Stores, same: (version: string) => void) => Promise<T>): Promise<T>;
  /** Where the request comes from. */
  origin(): AuditOrigin;
  /** Adds to the entry of the audit log. */
  note(more: AuditNote): void;
  /** What is done for another endpoint whose entry tells it all. */
  readonly isPartOfAudited?: boolean;
  /** Called once when the request has ended: with `true` after the answer, with `false` when nothing was kept. */
  onEnd(listener: (kept: boolean) => void): void;
}

/** For which resource a version is asked. */
export interface VersionRequest<P> {
  readonly params: P;
  readonly caller: Caller;
  readonly stores: Stores;
  /** Keep others from changing it before the end of the transaction, where that is possible. */
  readonly hold: boolean;
}

interface RouteText {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As express has it: `/v1/sends/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** What a caller must be allowed (domain/permissions.ts). */
  readonly permission: Permission;
  /** Status of success; default 200, or 204 without a response. */
  readonly status?: 200 | 201 | 202;
  /** A POST that creates: runs in one transaction and takes an `Idempotency-Key`. */
  readonly idempotent?: boolean;
  /** The handler makes one write, which is atomic in itself: without an `Idempotency-Key` it needs no transaction. */
  readonly writesOnce?: boolean;
  /** Where a rule wants it the change waits: the handler returns what `awaitsApproval` makes, answered with 202 and the approval. */
  readonly mayWait?: boolean;
  readonly audit?: RouteAudit;
  /** Problems beyond those every route has (401, 403, 500, 503; 422 where there is input). */
  readonly problems?: readonly ProblemCode[];
}

/** One endpoint, declared once: what it is served by, checked by and documented by. */
export interface RouteSpec<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  R extends z.ZodType,
  F = undefined,
> extends RouteText {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Stands for `body` in the documentation where the check is laxer, because rows are checked one by one. */
  readonly documentedBody?: z.ZodType;
  /** Without one the answer is empty. */
  readonly response?: R;
  /**
   * The version of the resource, as far as edits change it: letters, digits, `-` and `_`. A GET answers with an `ETag` made of it
   * and knows `If-None-Match`; everything else knows `If-Match`, and makes its change within `edit`. Throws 404.
   */
  readonly versionOf?: (request: VersionRequest<z.output<P>>) => Promise<string>;
  /** Address of what was created. */
  readonly location?: (answer: z.input<R>) => string;
  /** What a repeated request gets instead of the first answer, where that held something told only once. */
  readonly forRepeats?: (answer: z.input<R>) => z.input<R>;
  /**
   * Looks outside for what the handler then gets as `found`, before the transaction of the request: what takes its time must not hold a
   * connection. A repeated request asks, too, and is answered as the first one whatever is found: refusing is for the handler.
   */
  readonly beforehand?: (request: { readonly body: z.output<B> }) => Promise<F>;
  readonly handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>, F>) => Promise<z.input<R> | AwaitsApproval>;
}

/** A declared endpoint, with the types of its parts forgotten. */
export interface Route extends RouteText {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly documentedBody?: z.ZodType;
  readonly response?: z.ZodType;
  versionOf?(request: VersionRequest<unknown>): Promise<string>;
  location?(answer: unknown): string;
  forRepeats?(answer: unknown): unknown;
  beforehand?(request: { readonly body: unknown }): Promise<unknown>;
  handler(call: Call<unknown, unknown, unknown>): Promise<unknown>;
}

/** Declares an endpoint; the schemas type its handler. */
export function defineRoute<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  R extends z.ZodType = z.ZodUndefined,
  F = undefined,
>(spec: RouteSpec<P, Q, B, R, F>): Route {
  return spec;
}

/** The HTTP status of success. */
export function statusOf(route: Route): number {
  return route.status ?? (route.response ? 200 : 204);
}
