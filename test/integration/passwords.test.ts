import type { Knex } from 'knex';
import request from 'supertest';
import { createSessionStore } from '../../db/stores/session-store';
import { lastEntries } from '../support/audited';
import { minutesAgo } from '../support/old-rows';
import { PASSWORD, codeOf, createUser, signIn, signInAs } from '../support/people';
import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

describe('passwords', () => {
  test('changing it needs the current one and ends the other sessions', async () => {
    const user = await createUser(api, 'viewer');
    const [here, there] = [await signInAs(api, user), await signInAs(api, user)];
    const change = (currentPassword: string, newPassword: string) =>
      here.call('post', '/v1/session/password', { currentPassword, newPassword });
    expect(codeOf(await change('not the current one', 'a new password 1'))).toEqual([401, 'sign_in_failed']);
    for (const bad of ['short', 'x'.repeat(201), user.email]) {
      const { status, body } = await change(PASSWORD, bad);
      expect([status, body.errors[0].pointer]).toEqual([422, '/newPassword']);
    }
    expect((await here.call('post', '/v1/session/password', {}, { 'X-CSRF-Token': '' })).status).toBe(403);
    expect((await change(PASSWORD, 'a new password 1')).status).toBe(204);
    expect((await here.call('get', '/v1/session')).status).toBe(200);
    expect((await there.call('get', '/v1/session')).status).toBe(401);
    expect((await signIn(api, user.email, PASSWORD)).status).toBe(401);
    await signInAs(api, user, 'a new password 1');
  });

  test('a token sets it once, within 24 hours, and ends all sessions', async () => {
    const { users } = api.db.database.stores;
    const user = await createUser(api, 'viewer');
    const person = await signInAs(api, user);
    const set = (token: string, password: string) =>
      request(api.app).post('/v1/session/set-password').send({ token, password });
    const { token } = await users.createSetPasswordToken(user.id);
    expect((await set(token, 'short')).body.errors[0].pointer).toBe('/password');
    expect((await set('lup_unknown', 'a new password 2')).body.errors[0].pointer).toBe('/token');
    expect((await set(token, 'a new password 2')).status).toBe(204);
    expect((await set(token, 'a new password 3')).status).toBe(422);
    expect((await person.call('get', '/v1/session')).status).toBe(401);
    await signInAs(api, user, 'a new password 2');
    const { token: old } = await users.createSetPasswordToken(user.id);
    await api.db
      .knex('users')
      .where({ id: user.id })
      .update({ set_password_until: minutesAgo(0.1) });
    expect((await set(old, 'a new password 3')).status).toBe(422);
  });

  test('a token that is used twice at once sets one password, and so does a current one', async () => {
    const { users } = api.db.database.stores;
    const user = await createUser(api, 'viewer');
    const { token } = await users.createSetPasswordToken(user.id);
    const both = await Promise.all(
      ['a new password 4', 'a new password 5'].map((password) =>
        request(api.app).post('/v1/session/set-password').send({ token, password }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([204, 422]);
    const currentPassword = both[0]?.status === 204 ? 'a new password 4' : 'a new password 5';
    const here = await signInAs(api, user, currentPassword);
    const changes = await Promise.all(
      ['a new password 6', 'a new password 7'].map((newPassword) =>
        here.call('post', '/v1/session/password', { currentPassword, newPassword }),
      ),
    );
    expect(changes.map(({ status }) => status).sort()).toEqual([204, 401]);
  });

  test('a token that another one replaced, or whose owner was disabled, after it was looked at sets nothing', async () => {
    const { users } = api.db.database.stores;
    const { id, passwordHash } = await createUser(api, 'viewer');
    const replaced = await users.createSetPasswordToken(id);
    const { token } = await users.createSetPasswordToken(id);
    expect(await users.setPassword(id, 'a hash', replaced)).toBe(false);
    await users.change(id, { state: 'disabled' });
    expect(await users.setPassword(id, 'a hash', { token })).toBe(false);
    expect((await users.get(id))?.passwordHash).toBe(passwordHash);
  });

  test.each([
    ['the password is changed', (trx: Knex) => trx('users').update({ password_hash: 'another' })],
    ['the person is disabled', (trx: Knex) => trx('users').update({ state: 'disabled' })],
  ])('a sign-in during which %s begins no session', async (_what, change) => {
    const user = await createUser(api, 'viewer');
    await api.db.knex('sign_in_attempts').delete();
    await signIn(api, user.email, 'a wrong password');
    const counters = async () => (await api.db.knex('sign_in_attempts')).length;
    expect(await counters()).toBe(2);
    const trx = await api.db.knex.transaction();
    await change(trx).where({ id: user.id });
    const signingIn = signIn(api, user.email, PASSWORD).then((answer) => answer);
    // The old password was right: the attempts of the email are forgotten.
    while ((await counters()) === 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await createSessionStore(trx).endAll(user.id);
    await trx.commit();
    const answer = await signingIn;
    expect([...codeOf(answer), answer.get('Set-Cookie')]).toEqual([401, 'sign_in_failed', undefined]);
    expect(await api.db.knex('sessions').where({ user_id: user.id })).toEqual([]);
    const [entry] = await lastEntries(api, 1);
    expect(entry).toMatchObject({ action: 'session.sign_in', refusedAs: 'sign_in_failed', subject: { id: user.id } });
  });
});
