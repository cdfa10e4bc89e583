import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Configuration, IDToken } from 'openid-client';
import { safeError } from '../../domain/safe-error';
import type { ApiDeps, PeopleConfig } from '../deps';
import { ApiError } from '../problem';

/** What the OpenID provider says of somebody. */
export interface OidcPerson {
  readonly issuer: string;
  readonly subject: string;
  /** Only an address that the provider has verified. */
  readonly email: string | undefined;
  readonly name: string | undefined;
  /** The values of OIDC_ROLE_CLAIM. */
  readonly roleValues: readonly string[];
}

/** Sign-in at an OpenID provider: authorization code with PKCE. */
export interface Oidc {
  /** Where to send the browser, and what to keep in its cookie until it is back. Throws 503 while the provider does not answer. */
  begin(returnTo: string): Promise<{ readonly url: string; readonly cookie: string }>;
  /** Who came back, by the query of the callback. Throws `oidc_failed` for anything that does not belong together. */
  finish(
    search: string,
    cookie: string | undefined,
  ): Promise<{ readonly person: OidcPerson; readonly returnTo: string }>;
}

export const OIDC_CALLBACK = '/v1/session/oidc/callback';
/** For how long somebody may take to sign in at the provider, in milliseconds. */
export const OIDC_MS = 10 * 60_000;
const TIMEOUT_SECONDS = 10;

const pendingSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  until: z.number(),
});
type Pending = z.output<typeof pendingSchema>;

const begunElsewhere = (): ApiError =>
  new ApiError('oidc_failed', 'This sign-in was not begun in this browser, or too long ago: begin anew.');

function sealer(key: string) {
  const signatureOf = (text: string): Buffer => createHmac('sha256', key).update(`oidc:${text}`).digest();
  return {
    seal(pending: Pending): string {
      const text = Buffer.from(JSON.stringify(pending)).toString('base64url');
      return `${text}.${signatureOf(text).toString('base64url')}`;
    },
    open(sealed: string | undefined): Pending {
      const [text = '', signature = ''] = sealed?.split('.') ?? [];
      const [given, wanted] = [Buffer.from(signature, 'base64url'), signatureOf(text)];
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw begunElsewhere();
      const pending = pendingSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
      if (pending.until <= Date.now()) throw begunElsewhere();
      return pending;
    },
  };
}

type Claims = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The address that the same document calls verified: one from here is not verified by a word from there. */
const verifiedEmail = (claims: Claims): string | undefined =>
  claims['email_verified'] === true ? textOf(claims['email']) : undefined;

function personOf(idToken: IDToken, userInfo: Claims, roleClaim: string | undefined): OidcPerson {
  const claims: Claims = { ...idToken, ...userInfo };
  const values = roleClaim === undefined ? [] : [claims[roleClaim]].flat();
  return {
    issuer: idToken.iss,
    subject: idToken.sub,
    email: verifiedEmail(idToken) ?? verifiedEmail(userInfo),
    name: textOf(claims['name']),
    roleValues: values.filter((value) => typeof value === 'string'),
  };
}

/** Loaded when somebody signs in so: most installations never do. */
const library = () => import('openid-client');

/** Asks the provider for its addresses, once; rejects with 503, and asks anew the next time, when it does not answer. */
function createDiscovery(people: PeopleConfig, logger: ApiDeps['logger']): () => Promise<Configuration> {
  const { OIDC_ISSUER: issuer = '', OIDC_CLIENT_ID: clientId = '', OIDC_CLIENT_SECRET: secret } = people;
  let discovered: Promise<Configuration> | undefined;
  async function discover(): Promise<Configuration> {
    const client = await library();
    // Plain http is for this machine only, which config/env.ts checks.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const execute = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
    const auth = secret === undefined ? client.None() : undefined;
    return client.discovery(new URL(issuer), clientId, secret, auth, { execute, timeout: TIMEOUT_SECONDS });
  }
  return async () => {
    discovered ??= discover();
    try {
      return await discovered;
    } catch (cause) {
      discovered = undefined;
      logger.warn({ issuer, error: safeError(cause) }, 'the OpenID provider does not answer');
      const detail = 'The OpenID provider does not answer: try again later, or sign in with a password.';
      throw new ApiError('service_unavailable', detail, undefined, { cause });
    }
  };
}

/** `undefined` where no provider is configured. */
export function createOidc({
  config,
  people,
  logger,
}: Pick<ApiDeps, 'config' | 'people' | 'logger'>): Oidc | undefined {
  if (people.OIDC_ISSUER === undefined) return undefined;
  const callback = new URL(OIDC_CALLBACK, config.PUBLIC_URL).href;
  const { seal, open } = sealer(config.LUMINATE_SECRET_KEY);
  const provider = createDiscovery(people, logger);
  return {
    async begin(returnTo) {
      const [client, server] = [await library(), await provider()];
      const verifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const url = client.buildAuthorizationUrl(server, {
        redirect_uri: callback,
        scope: 'openid email profile',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return { url: url.href, cookie: seal({ state, nonce, verifier, returnTo, until: Date.now() + OIDC_MS }) };
    },
    async finish(search, cookie) {
      const { state, nonce, verifier, returnTo } = open(cookie);
      const [client, server] = [await library(), await provider()];
      try {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await client.authorizationCodeGrant(server, new URL(search, callback), checks);
        const claims = tokens.claims();
        if (!claims) throw begunElsewhere();
        const { userinfo_endpoint: more } = server.serverMetadata();
        const told = more ? await client.fetchUserInfo(server, tokens.access_token, claims.sub) : {};
        return { person: personOf(claims, told, people.OIDC_ROLE_CLAIM), returnTo };
      } catch (cause) {
        logger.warn({ error: safeError(cause) }, 'an answer of the OpenID provider was not accepted');
        throw new ApiError('oidc_failed', undefined, undefined, { cause });
      }
    },
  };
}
