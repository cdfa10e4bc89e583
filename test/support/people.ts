import request, { type Response } from 'supertest';
import { hashPassword } from '../../api/people/passwords';
import type { User } from '../../db/stores/user-store';
import type { UserRole } from '../../domain/permissions';
import type { TestApi } from './test-api';

export const PASSWORD = 'correct horse battery staple';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Headers = Readonly<Record<string, string>>;

/** Somebody who is signed in; calls carry cookie and CSRF token, unless `headers` say otherwise (`''` leaves one out). */
export interface Person {
  readonly user: User;
  /** As the browser sends it. */
  readonly cookie: string;
  readonly csrfToken: string;
  call(method: Method, path: string, body?: unknown, headers?: Headers): Promise<Response>;
}

/** Status and code of a refusal. */
export const codeOf = ({ status, body }: Response) => [status, (body as { code?: string }).code];

let made = 0;

/** A user with `PASSWORD`. */
export async function createUser(
  { db }: TestApi,
  role: UserRole,
  email = `${role}-${++made}@example.com`,
): Promise<User> {
  const { users } = db.database.stores;
  const { id } = await users.create({ email, name: role, role });
  const { token } = await users.createSetPasswordToken(id);
  await users.setPassword(id, await hashPassword(PASSWORD), { token });
  const user = await users.get(id);
  if (!user) throw new Error('the user was not made');
  return user;
}

/** The first cookie that an answer sets, as the browser sends it back. */
export function cookieOf(response: Response, name = 'lum_session'): string {
  const set = (response.get('Set-Cookie') ?? []).find((text) => text.includes(`${name}=`));
  return set?.split(';')[0] ?? '';
}

export const signIn = (api: TestApi, email: string, password: string, headers: Headers = {}) =>
  request(api.app).post('/v1/session').set(headers).send({ email, password });

export async function signInAs(api: TestApi, user: User, password = PASSWORD): Promise<Person> {
  const response = await signIn(api, user.email, password);
  expect(response.status).toBe(200);
  const { csrfToken } = response.body as { csrfToken: string };
  const cookie = cookieOf(response);
  return {
    user,
    cookie,
    csrfToken,
    async call(method, path, body, headers = {}) {
      const all = { Cookie: cookie, 'X-CSRF-Token': csrfToken, ...headers };
      const sent = request(api.app)[method](path);
      for (const [name, value] of Object.entries(all)) if (value !== '') sent.set(name, value);
      return body === undefined ? sent : sent.send(body as object);
    },
  };
}
