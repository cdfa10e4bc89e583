import { Router, type Request, type Response } from 'express';
import { maskAddress } from '../../domain/mask';
import { passwordFault } from '../../domain/password';
import { contextOf, nameRoute } from '../context';
import type { ApiDeps } from '../deps';
import { callerOfUser } from '../middleware/auth';
import { readJson } from '../mount-route';
import { createCookie } from '../people/cookie';
import { letIn } from '../people/let-in';
import { createOidc, OIDC_CALLBACK, OIDC_MS } from '../people/oidc';
import { hashPassword } from '../people/passwords';
import { checkOrigin, type Sessions, type SignedIn } from '../people/sessions';
import { nameAttempt, recordOfPerson } from '../people/session-records';
import { createSignIn, type SignInOutcome } from '../people/sign-in';
import { ApiError, invalidRequest } from '../problem';
import { changePasswordSchema, setPasswordSchema, signInSchema, viewSession } from '../schemas/users';
import { parsePart } from '../validate';
import { OIDC, oidcQuery, PASSWORD, SESSION, SET_PASSWORD } from './session-paths';

type Deps = Pick<ApiDeps, 'config' | 'people' | 'database' | 'isDuplicate' | 'logger'>;

async function requireSession(sessions: Sessions, req: Request, res: Response): Promise<SignedIn> {
  const signedIn = await sessions.read(req);
  if (!signedIn) throw new ApiError('unauthorized', 'You are not signed in: POST /v1/session.');
  // A refusal tells whose session it was.
  contextOf(res).caller = callerOfUser(signedIn.user, undefined);
  contextOf(res).subject = { id: signedIn.user.id, name: signedIn.user.name };
  sessions.checkOrigin(req, signedIn);
  return signedIn;
}

/** The user, or the problem that tells what came instead. */
function signedInUser(res: Response, result: SignInOutcome) {
  if (result.outcome === 'signed_in') return result.user;
  if (result.outcome === 'refused') throw new ApiError('sign_in_failed');
  const seconds = Math.max(1, Math.ceil((result.until.getTime() - Date.now()) / 1000));
  res.setHeader('Retry-After', String(seconds));
  throw new ApiError('sign_in_paused', `Too many attempts to sign in: try again in ${seconds} seconds.`);
}

/** Throws 422 when a new password will not do. */
function checkNewPassword(password: string, email: string): void {
  const detail = passwordFault(password, email);
  if (detail) throw invalidRequest([{ pointer: '/newPassword', code: 'invalid_password', detail }]);
}

/** Sign-in and sign-out, by password and at an OpenID provider; passwords. */
export function createSessionRouter(deps: Deps, sessions: Sessions): Router {
  const router = Router();
  const { stores } = deps.database;
  const signIn = createSignIn(stores);
  router.use(SESSION, (_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.post(SESSION, nameRoute(SESSION, 'session.sign_in'), ...readJson, async (req, res) => {
    checkOrigin(req, deps.config.PUBLIC_URL);
    const { email, password } = parsePart(signInSchema, req.body ?? {}, 'body');
    const result = await signIn({ email, password, address: req.ip ?? '' });
    if (result.outcome !== 'signed_in') await nameAttempt(stores, res, email);
    const user = signedInUser(res, result);
    const begun = await sessions.begin(req, res, user, (inside) =>
      recordOfPerson(inside, [req, res], 'session.sign_in', user, { after: { by: 'password' } }),
    );
    if (!begun) {
      await nameAttempt(stores, res, email);
      throw new ApiError('sign_in_failed');
    }
    res.json(viewSession(begun));
  });
  router.get(SESSION, nameRoute(SESSION), async (req, res) => {
    res.json(viewSession(await requireSession(sessions, req, res)));
  });
  router.delete(SESSION, nameRoute(SESSION, 'session.sign_out'), async (req, res) => {
    const { user } = await requireSession(sessions, req, res);
    await recordOfPerson(stores, [req, res], 'session.sign_out', user);
    await sessions.end(req, res);
    res.status(204).end();
  });
  router.post(PASSWORD, nameRoute(PASSWORD, 'user.password'), ...readJson, async (req, res) => {
    const { user, token } = await requireSession(sessions, req, res);
    const { currentPassword, newPassword } = parsePart(changePasswordSchema, req.body ?? {}, 'body');
    checkNewPassword(newPassword, user.email);
    const attempt = { email: user.email, password: currentPassword, address: req.ip ?? '' };
    const { passwordHash } = signedInUser(res, await signIn(attempt));
    const hash = await hashPassword(newPassword);
    await deps.database.transaction(async (inside) => {
      const isSet = await inside.users.setPassword(user.id, hash, { passwordHash });
      if (!isSet) throw new ApiError('sign_in_failed');
      await inside.sessions.endAll(user.id, token);
      await recordOfPerson(inside, [req, res], 'user.password', user, { after: { by: 'password' } });
    });
    res.status(204).end();
  });
  router.post(SET_PASSWORD, nameRoute(SET_PASSWORD), ...readJson, async (req, res) => {
    checkOrigin(req, deps.config.PUBLIC_URL);
    const { token, password } = parsePart(setPasswordSchema, req.body ?? {}, 'body');
    await setPassword(deps, [req, res], token, password);
    res.status(204).end();
  });
  addOidc(router, deps, sessions);
  return router;
}

function invalidToken(): ApiError {
  const detail = 'is unknown, used, or older than 24 hours: ask an administrator for a new one';
  return invalidRequest([{ pointer: '/token', code: 'invalid_token', detail }]);
}

async function setPassword(
  { database }: Deps,
  of: [Request, Response],
  token: string,
  password: string,
): Promise<void> {
  const user = await database.stores.users.findBySetPasswordToken(token);
  if (user?.state !== 'active') throw invalidToken();
  const detail = passwordFault(password, user.email);
  if (detail) throw invalidRequest([{ pointer: '/password', code: 'invalid_password', detail }]);
  const hash = await hashPassword(password);
  await database.transaction(async (stores) => {
    if (!(await stores.users.setPassword(user.id, hash, { token }))) throw invalidToken();
    await stores.sessions.endAll(user.id);
    await recordOfPerson(stores, of, 'user.password', user, { after: { by: 'token' } });
  });
}

function addOidc(router: Router, deps: Deps, sessions: Sessions): void {
  const oidc = createOidc(deps);
  const cookie = createCookie('lum_oidc', deps.config.PUBLIC_URL);
  const requireOidc = () => {
    if (!oidc) throw new ApiError('not_found', 'No OpenID provider is configured: sign in with a password.');
    return oidc;
  };
  router.get(OIDC, nameRoute(OIDC), async (req, res) => {
    const provider = requireOidc();
    const { returnTo } = parsePart(oidcQuery, req.query, 'query');
    const { url, cookie: pending } = await provider.begin(returnTo);
    cookie.set(res, pending, OIDC_MS);
    res.redirect(302, url);
  });
  router.get(OIDC_CALLBACK, nameRoute(OIDC_CALLBACK, 'session.sign_in'), async (req, res) => {
    const provider = requireOidc();
    const { search } = new URL(req.originalUrl, deps.config.PUBLIC_URL);
    const pending = cookie.read(req);
    // It is good for one answer, whatever becomes of it.
    cookie.clear(res);
    const { person, returnTo } = await provider.finish(search, pending);
    const user = await deps.database.transaction((stores) => {
      const record: Parameters<typeof letIn>[0]['record'] = (action, who, change) => {
        const actor = { kind: 'system', id: null, name: person.issuer } as const;
        return recordOfPerson(stores, [req, res], action, who, { ...change, actor });
      };
      return letIn({ ...deps, database: { stores }, record }, person);
    });
    contextOf(res).subject = { id: null, name: person.email === undefined ? null : maskAddress(person.email) };
    if (!user) throw new ApiError('sign_in_refused', 'Nobody has invited you here: ask an administrator.');
    const begun = await sessions.begin(req, res, user, (stores) =>
      recordOfPerson(stores, [req, res], 'session.sign_in', user, { after: { by: 'oidc' } }),
    );
    if (!begun) throw new ApiError('sign_in_refused', 'You were disabled, or got another password, just now.');
    res.redirect(302, returnTo);
  });
}
