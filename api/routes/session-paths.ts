import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { CONTROL_CHARACTERS } from '../../domain/control-characters';
import { SESSION_EXAMPLES } from '../examples/sessions';
import { OIDC_CALLBACK } from '../people/oidc';
import { changePasswordSchema, sessionSchema, setPasswordSchema, signInSchema } from '../schemas/users';
import { SESSION_ONLY } from '../security';

export const SESSION = '/v1/session';
export const PASSWORD = '/v1/session/password';
export const SET_PASSWORD = '/v1/session/set-password';
export const OIDC = '/v1/session/oidc';

const problem = (description: string): ResponseConfig => ({ description });
const troubles = {
  500: problem('`internal_error`'),
  503: problem('`service_unavailable`'),
};
const input = {
  400: problem('`invalid_json`'),
  413: problem('`body_too_large`'),
  415: problem('`unsupported_media_type`'),
  422: problem('`invalid_request`'),
};
const json = (schema: z.ZodType, example: object) => ({
  required: true,
  content: { 'application/json': { schema, example } },
});
const session = {
  description: 'Done.',
  content: { 'application/json': { schema: sessionSchema, example: SESSION_EXAMPLES.session } },
};
const done = { description: 'Done; no content.' };
const shared = { tags: ['Sessions'], security: SESSION_ONLY };
const open = { tags: ['Sessions'], security: [] };

export const oidcQuery = z.object({
  returnTo: z
    .string()
    .max(500)
    .regex(new RegExp(`^/(?![/\\\\])[^\\\\${CONTROL_CHARACTERS}]*$`), 'must be a path on this server, e.g. /campaigns')
    .default('/')
    .describe('Where to go afterwards: a path on this server.'),
});

/** Sign-in and sign-out of people, for the documentation. */
export const sessionPaths: readonly RouteConfig[] = [
  {
    ...open,
    method: 'post',
    path: SESSION,
    operationId: 'postSession',
    summary: 'Sign in',
    description:
      'Sets the cookie of the session. After 10 attempts within 15 minutes an email waits for 15 minutes, whether or not anybody has ' +
      'it; so does an address from which too many come.',
    request: { body: json(signInSchema, SESSION_EXAMPLES.signIn) },
    responses: {
      200: session,
      ...input,
      401: problem('`sign_in_failed`'),
      403: problem('`csrf_failed`'),
      429: problem('`sign_in_paused`: try again after `Retry-After` seconds.'),
      ...troubles,
    },
  },
  {
    ...shared,
    method: 'get',
    path: SESSION,
    operationId: 'getSession',
    summary: 'Who is signed in',
    responses: { 200: session, 401: problem('`unauthorized`'), ...troubles },
  },
  {
    ...shared,
    method: 'delete',
    path: SESSION,
    operationId: 'deleteSession',
    summary: 'Sign out',
    responses: { 204: done, 401: problem('`unauthorized`'), 403: problem('`csrf_failed`'), ...troubles },
  },
  {
    ...shared,
    method: 'post',
    path: PASSWORD,
    operationId: 'postSessionPassword',
    summary: 'Change your password',
    description: 'Ends your other sessions. Wrong current passwords count as attempts to sign in.',
    request: { body: json(changePasswordSchema, SESSION_EXAMPLES.changePassword) },
    responses: {
      204: done,
      ...input,
      401: problem('`unauthorized`, `sign_in_failed`'),
      403: problem('`csrf_failed`'),
      429: problem('`sign_in_paused`'),
      ...troubles,
    },
  },
  {
    ...open,
    method: 'post',
    path: SET_PASSWORD,
    operationId: 'postSessionSetPassword',
    summary: 'Set a password with a token',
    description:
      'For the token of an invitation. It works once; all sessions of the person end. Sign in with the password then.',
    request: { body: json(setPasswordSchema, SESSION_EXAMPLES.setPassword) },
    responses: { 204: done, ...input, 403: problem('`csrf_failed`'), ...troubles },
  },
  {
    ...open,
    method: 'get',
    path: OIDC,
    operationId: 'getSessionOidc',
    summary: 'Sign in at the OpenID provider',
    description: 'For browsers: leads to the provider, and from there back to `returnTo`.',
    request: { query: oidcQuery },
    responses: {
      302: { description: 'To the provider.' },
      404: problem('`not_found`: no provider is configured.'),
      422: problem('`invalid_request`'),
      ...troubles,
    },
  },
  {
    ...open,
    method: 'get',
    path: OIDC_CALLBACK,
    operationId: 'getSessionOidcCallback',
    summary: 'Back from the OpenID provider',
    responses: {
      302: { description: 'Signed in; to `returnTo`.' },
      401: problem('`oidc_failed`'),
      403: problem('`sign_in_refused`'),
      404: problem('`not_found`: no provider is configured.'),
      ...troubles,
    },
  },
];
