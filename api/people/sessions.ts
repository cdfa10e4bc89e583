import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Database, Stores } from '../../db/database';
import type { Session } from '../../db/stores/session-store';
import type { User } from '../../db/stores/user-store';
import type { ApiDeps } from '../deps';
import { retryDeadlocks } from '../middleware/idempotency';
import { ApiError } from '../problem';
import { createCookie } from './cookie';

/** Somebody whose cookie was good. */
export interface SignedIn {
  readonly user: User;
  readonly session: Session;
  readonly token: string;
  /** What requests that change something must carry in `X-CSRF-Token`. */
  readonly csrfToken: string;
}

export interface Sessions {
  /** True when a cookie came, good or not. */
  has(req: Request): boolean;
  /** The person whose session this is; `undefined` without a cookie, and when the session has ended or the person was disabled. */
  read(req: Request): Promise<SignedIn | undefined>;
  /** Throws `csrf_failed` unless a request that changes something comes from our own pages. */
  checkOrigin(req: Request, signedIn: SignedIn): void;
  /**
   * Begins a session and sets its cookie, all in the transaction in which `record` puts it down. `undefined` when the person was
   * disabled since `user` was read, or has another password: then there is neither.
   */
  begin(
    req: Request,
    res: Response,
    user: User,
    record: (stores: Stores) => Promise<void>,
  ): Promise<SignedIn | undefined>;
  /** Ends the session of this request, if there is one, and takes the cookie back. */
  end(req: Request, res: Response): Promise<void>;
}

type Deps = Pick<ApiDeps, 'config' | 'people'> & {
  readonly database: Pick<Database, 'stores' | 'transaction'>;
};

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SAFE_METHODS = new Set(['GET', 'HEAD']);

/** Compares in a time that does not tell how much is right. */
function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Throws `csrf_failed` when a browser says that the request comes from another page than ours. */
export function checkOrigin(req: Request, publicUrl: string): void {
  const origin = req.get('origin');
  if (origin === undefined || origin === new URL(publicUrl).origin) return;
  throw new ApiError('csrf_failed', `The request comes from ${origin}, and people sign in at ${publicUrl} only.`);
}

/** Sessions of people, told by a cookie. */
export function createSessions({ config, people, database }: Deps): Sessions {
  const { stores } = database;
  const cookie = createCookie('lum_session', config.PUBLIC_URL);
  const ttlMs = people.SESSION_HOURS * HOUR_MS;
  const idleMs = people.SESSION_IDLE_MINUTES * MINUTE_MS;
  /** Not every request is worth a write. */
  const touchAfterMs = Math.min(MINUTE_MS, idleMs / 4);
  const csrfTokenOf = (token: string): string =>
    createHmac('sha256', config.LUMINATE_SECRET_KEY).update(`csrf:${token}`).digest('base64url');
  return {
    has: (req) => cookie.read(req) !== undefined,
    async read(req) {
      const token = cookie.read(req);
      if (token === undefined) return undefined;
      const session = await stores.sessions.find(token, idleMs);
      if (!session) return undefined;
      const user = await stores.users.get(session.userId);
      if (user?.state !== 'active') return undefined;
      if (Date.now() - session.lastSeenAt.getTime() > touchAfterMs) await stores.sessions.touch(token);
      return { user, session, token, csrfToken: csrfTokenOf(token) };
    },
    checkOrigin(req, { csrfToken }) {
      if (SAFE_METHODS.has(req.method)) return;
      checkOrigin(req, config.PUBLIC_URL);
      if (isSame(req.get('x-csrf-token') ?? '', csrfToken)) return;
      throw new ApiError('csrf_failed', 'Send the csrfToken that GET /v1/session tells, as X-CSRF-Token.');
    },
    async begin(req, res, user, record) {
      const from = { ip: req.ip ?? '', userAgent: req.get('user-agent') ?? '' };
      await stores.sessions.clearEnded();
      const begin = async (inside: Stores) => {
        const held = await inside.users.holdOne(user.id);
        // A change of password ends all sessions, and must not miss the one that begins.
        if (held?.state !== 'active' || held.passwordHash !== user.passwordHash) return undefined;
        const begun = await inside.sessions.create({ userId: user.id, ttlMs, ...from });
        await inside.users.noteSignIn(user.id);
        await record(inside);
        return begun;
      };
      const begun = await retryDeadlocks(() => database.transaction(begin));
      if (!begun) return undefined;
      const { token, ...session } = begun;
      cookie.set(res, token, ttlMs);
      return { user, session, token, csrfToken: csrfTokenOf(token) };
    },
    async end(req, res) {
      const token = cookie.read(req);
      if (token !== undefined) await stores.sessions.end(token);
      cookie.clear(res);
    },
  };
}
