import { Router, type Request, type Response } from 'express';
import { passwordFault } from '../../domain/password';
import { nameRoute } from '../context';
import type { ApiDeps } from '../deps';
import { readJson } from '../mount-route';
import { createCookie } from '../people/cookie';
import { letIn } from '../people/let-in';
import { createOidc, OIDC_CALLBACK, OIDC_MS } from '../people/oidc';
import { hashPassword } from '../people/passwords';
import { checkOrigin, type Sessions, type SignedIn } from '../people/sessions';
import { createSignIn, type SignInOutcome } from '../people/sign-in';
import { ApiError, invalidRequest } from '../problem';
import { changePasswordSchema, setPasswordSchema, signInSchema, viewSession } from '../schemas/users';
import { parsePart } from '../validate';
import { OIDC, oidcQuery, PASSWORD, SESSION, SET_PASSWORD } from './session-paths';

type Deps = Pick<ApiDeps, 'config' | 'people' | 'database' | 'isDuplicate' | 'logger'>;

async function requireSession(sessions: Sessions, req: Request): Promise<SignedIn> {
  const signedIn = await sessions.read(req);
  if (!signedIn) throw new ApiError('unauthorized', 'You are not signed in: POST /v1/session.');
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
  router.post(SESSION, nameRoute(SESSION), ...readJson, async (req, res) => {
    checkOrigin(req, deps.config.PUBLIC_URL);
    const { email, password } = parsePart(signInSchema, req.body ?? {}, 'body');
    const user = signedInUser(res, await signIn({ email, password, address: req.ip ?? '' }));
    res.json(viewSession(await sessions.begin(req, res, user)));
  });
  router.get(SESSION, nameRoute(SESSION), async (req, res) => {
    res.json(viewSession(await requireSession(sessions, req)));
  });
  router.delete(SESSION, nameRoute(SESSION), async (req, res) => {
    await requireSession(sessions, req);
    await sessions.end(req, res);
    res.status(204).end();
  });
  router.post(PASSWORD, nameRoute(PASSWORD), ...readJson, async (req, res) => {
    const { user, token } = await requireSession(sessions, req);
    const { currentPassword, newPassword } = parsePart(changePasswordSchema, req.body ?? {}, 'body');
    checkNewPassword(newPassword, user.email);
    signedInUser(res, await signIn({ email: user.email, password: currentPassword, address: req.ip ?? '' }));
    await stores.users.setPassword(user.id, await hashPassword(newPassword));
    await stores.sessions.endAll(user.id, token);
    res.status(204).end();
  });
  router.post(SET_PASSWORD, nameRoute(SET_PASSWORD), ...readJson, async (req, res) => {
    checkOrigin(req, deps.config.PUBLIC_URL);
    const { token, password } = parsePart(setPasswordSchema, req.body ?? {}, 'body');
    await setPassword(deps, token, password);
    res.status(204).end();
  });
  addOidc(router, deps, sessions);
  return router;
}

async function setPassword({ database: { stores } }: Deps, token: string, password: string): Promise<void> {
  const user = await stores.users.findBySetPasswordToken(token);
  if (user?.state !== 'active') {
    const detail = 'is unknown, used, or older than 24 hours: ask an administrator for a new one';
    throw invalidRequest([{ pointer: '/token', code: 'invalid_token', detail }]);
  }
  const detail = passwordFault(password, user.email);
  if (detail) throw invalidRequest([{ pointer: '/password', code: 'invalid_password', detail }]);
  await stores.users.setPassword(user.id, await hashPassword(password));
  await stores.sessions.endAll(user.id);
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
  router.get(OIDC_CALLBACK, nameRoute(OIDC_CALLBACK), async (req, res) => {
    const provider = requireOidc();
    const { search } = new URL(req.originalUrl, deps.config.PUBLIC_URL);
    const pending = cookie.read(req);
    // It is good for one answer, whatever becomes of it.
    cookie.clear(res);
    const { person, returnTo } = await provider.finish(search, pending);
    const user = await letIn(deps, person);
    if (!user) throw new ApiError('sign_in_refused', 'Nobody has invited you here: ask an administrator.');
    await sessions.begin(req, res, user);
    res.redirect(302, returnTo);
  });
}
