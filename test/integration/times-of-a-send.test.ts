import { setTimeout as sleep } from 'node:timers/promises';
import { dispatchOfSend } from '../../domain/ids';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { createSystemApi } from '../support/system-api';
import type { TestApi } from '../support/test-api';

/** A zone in which this hour has begun just now. Etc/GMT-5 is five hours ahead of UTC. */
function zoneAt(hour: number): string {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

describe('when a message may go out', () => {
  let system: TestSystem;
  let api: TestApi;
  beforeAll(async () => {
    system = await createTestSystem();
    api = await createSystemApi(system);
  });
  afterAll(async () => {
    await api.close();
    await system.close();
  });

  const mailsTo = (address: string) => system.sink.mails.filter(({ to }) => to === address);
  const inMs = (ms: number) => new Date(Date.now() + ms);
  const setRate = async (rate: { messages: number; perSeconds: number } | null): Promise<void> => {
    await system.db.database.stores.accounts.update(system.accountId, { rate });
    await sleep(1_100);
  };

  describe('sendAt', () => {
    it('is waited for, and delivery follows', async () => {
      const sendAt = inMs(2_500);
      const { messages } = await system.send(await system.template(), ['later@example.com'], { sendAt });
      expect(await system.message(messages[0]!)).toMatchObject({
        status: 'deferred',
        reason: 'scheduled',
        dueAt: sendAt,
      });
      await sleep(1_500);
      expect(await system.message(messages[0]!)).toMatchObject({ status: 'deferred', reason: 'scheduled' });
      const [message] = await system.final(messages);
      expect(message).toMatchObject({ status: 'sent', sendAt });
      expect(message!.attempts[0]!.startedAt).toBeGreaterThanOrEqual(sendAt.getTime());
    });

    it('is where the time for delivery begins', async () => {
      const template = await system.template({ policy: { deliverWithinSeconds: 10 } });
      const { messages } = await system.send(template, ['deadline@example.com'], { sendAt: inMs(1_000) });
      const tenSecondsOlder = new Date(Date.now() - 60_000);
      await system.db.knex('messages').where({ id: messages[0] }).update({ created_at: tenSecondsOlder });
      expect(await system.final(messages)).toMatchObject([{ status: 'sent' }]);
    });

    it('is waited for by messages that the relay gathers, too', async () => {
      const sendAt = inMs(1_500);
      const { messages } = await system.send(await system.template(), ['relay@example.com'], {
        sendAt,
        unclaimed: true,
      });
      const [message] = await system.final(messages);
      expect(message!.attempts[0]!.startedAt).toBeGreaterThanOrEqual(sendAt.getTime());
    });

    it.each([
      ['in the past', { sendAt: -120_000 }, [{ pointer: '/sendAt', code: 'in_the_past' }]],
      ['too far ahead', { sendAt: 91 * 86_400_000 }, [{ pointer: '/sendAt', code: 'too_far_ahead' }]],
      ['after its expiry', { sendAt: 60_000, expiresAt: 59_000 }, [{ pointer: '/expiresAt', code: 'before_send_at' }]],
      [
        'and expiry both in the past',
        { sendAt: -120_000, expiresAt: -60_000 },
        [{ code: 'in_the_past' }, { code: 'in_the_past' }],
      ],
    ])('%s is refused, and nothing is accepted', async (_what, times, errors) => {
      const { key } = await system.template();
      const given = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, inMs(ms).toISOString()]));
      const body = { template: key, recipients: [{ to: 'never@example.com' }], variables: { order: 1 }, ...given };
      const answer = await api.shop.post('/v1/sends', body);
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toMatchObject(errors);
      expect((await api.shop.get('/v1/messages?to=never@example.com')).body.items).toEqual([]);
    });

    it('a moment ago, by a clock that is a little slow, means at once', async () => {
      const { key } = await system.template();
      const body = { template: key, recipients: [{ to: 'now@example.com' }], variables: { order: 1 } };
      const answer = await api.shop.post('/v1/sends', { ...body, sendAt: inMs(-5_000).toISOString() });
      expect(answer.body.messages).toMatchObject([{ status: 'accepted' }]);
      expect((await api.shop.get(`/v1/sends/${answer.body.id}`)).body.sendAt).toBeNull();
      await system.final([answer.body.messages[0].id]);
    });
  });

  describe('expiresAt', () => {
    it('ends a message that waits for its account when it comes, and not when its turn would be', async () => {
      await setRate({ messages: 1, perSeconds: 600 });
      const template = await system.template();
      await system.final((await system.send(template, ['turn@example.com'])).messages);
      const expiresAt = inMs(1_500);
      const late = await system.send(template, ['code@example.com'], { expiresAt });
      const [message] = await system.final(late.messages, 15_000);
      expect(message).toMatchObject({ status: 'expired', reason: 'expired', attempt: 0 });
      expect(message!.updatedAt.getTime()).toBeGreaterThanOrEqual(expiresAt.getTime());
      expect(mailsTo('code@example.com')).toEqual([]);
      await setRate(null);
    });

    it('frees its places: the same content may go out afterwards', async () => {
      // Its one message in ten minutes has gone out.
      await setRate({ messages: 1, perSeconds: 600 });
      const template = await system.template();
      const options = { variables: { order: 'again' } };
      const late = await system.send(template, ['freed@example.com'], { ...options, expiresAt: inMs(1_000) });
      expect(await system.final(late.messages)).toMatchObject([{ status: 'expired' }]);
      await setRate(null);
      const again = await system.send(template, ['freed@example.com'], options);
      expect(await system.final(again.messages)).toMatchObject([{ status: 'sent' }]);
    });

    it('that comes while all connections are taken stops the hand-over itself', async () => {
      const { accounts } = system.db.database.stores;
      const account = await accounts.get(system.accountId);
      const config = account?.config as object;
      await accounts.update(system.accountId, { config: { ...config, maxConnections: 1 } });
      await sleep(1_100);
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      system.sink.onMail = () => held;
      const template = await system.template();
      const slow = await system.send(template, ['slow@example.com']);
      while ((await system.message(slow.messages[0]!)).status !== 'sending') await sleep(20);
      const expiresAt = inMs(6_000);
      const next = await system.send(template, ['next@example.com'], { expiresAt });
      while ((await system.message(next.messages[0]!)).status !== 'sending') await sleep(20);
      await sleep(Math.max(0, expiresAt.getTime() - Date.now()) + 50);
      release();
      const [message] = await system.final(next.messages);
      expect(message).toMatchObject({ status: 'expired', attempts: [{ class: 'unavailable', code: 'too_late' }] });
      expect(mailsTo('next@example.com')).toEqual([]);
      system.sink.onMail = () => undefined;
      await accounts.update(system.accountId, { config });
      await sleep(1_100);
    });
  });

  describe('quiet hours', () => {
    const timezone = zoneAt(3);

    it('drop a message of a template that says so, by the zone of its recipient', async () => {
      const template = await system.template({ policy: { quietHours: 'drop' } });
      const night = await system.send(template, ['night@example.com'], { timezone });
      expect(await system.final(night.messages)).toMatchObject([
        { status: 'shielded', reason: 'quiet_hours', detail: { quietFrom: '00:00', quietUntil: '08:00', timezone } },
      ]);
      expect(mailsTo('night@example.com')).toEqual([]);
    });

    it('let it wait until 09:00 where the template says so; it counts for windows only when it is let go', async () => {
      const template = await system.template({ policy: { quietHours: 'wait', timezone } });
      const [first, second] = [
        await system.send(template, ['wait@example.com']),
        await system.send(template, ['wait@example.com']),
      ];
      for (const { messages } of [first, second]) {
        while ((await system.message(messages[0]!)).status === 'accepted') await sleep(50);
      }
      const waiting = await system.message(first.messages[0]!);
      expect(waiting).toMatchObject({ status: 'deferred', reason: 'quiet_hours' });
      const shown = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeStyle: 'medium' }).format(
        waiting.dueAt!,
      );
      expect(shown).toBe('09:00:00');
      expect(await system.message(second.messages[0]!)).toMatchObject({ status: 'deferred', reason: 'quiet_hours' });
      const steps = (await api.shop.get(`/v1/messages/${waiting.id}/timeline`)).body.steps;
      expect(steps.at(-1).text).toContain(`00:00 to 08:00 are quiet hours in ${timezone}`);
      // Morning comes: the template no longer keeps quiet hours, and the workflows look.
      await system.db.database.stores.templates.update(template.id, { policy: {} });
      await system.db.knex('messages').where({ template_id: template.id }).update({ due_at: new Date() });
      for (const { id } of [first, second]) await system.deps.gateway.wake([dispatchOfSend(id)]);
      const [a, b] = await system.final([...first.messages, ...second.messages]);
      expect([a!.status, b!.status].sort()).toEqual(['deduplicated', 'sent']);
      expect(mailsTo('wait@example.com')).toHaveLength(1);
    });

    it('end for many at once, and they go at the rate of their account', async () => {
      const template = await system.template({ policy: { quietHours: 'wait', timezone } });
      const to = Array.from({ length: 30 }, (_, n) => `morning${n}@example.com`);
      const { id, messages } = await system.send(template, to);
      const reasons = async () => (await Promise.all(messages.map(system.message))).map(({ reason }) => reason);
      while (!(await reasons()).every((reason) => reason === 'quiet_hours')) await sleep(50);
      await setRate({ messages: 10, perSeconds: 2 });
      await system.db.database.stores.templates.update(template.id, { policy: {} });
      await system.db.knex('messages').where({ send_id: id }).update({ due_at: new Date() });
      await system.deps.gateway.wake([dispatchOfSend(id)]);
      const sent = await system.final(messages);
      expect(new Set(sent.map(({ status }) => status))).toEqual(new Set(['sent']));
      const starts = sent.map(({ attempts }) => attempts[0]!.startedAt);
      // A tenth of the rate is kept for codes: 9, 9, 9 and 3, two seconds apart.
      expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThanOrEqual(5_000);
      await setRate(null);
    });

    it('are over in other zones, and for templates that do not keep them', async () => {
      const keeps = await system.template({ policy: { quietHours: 'drop' } });
      const day = await system.send(keeps, ['day@example.com'], { timezone: zoneAt(12) });
      const other = await system.send(await system.template(), ['other@example.com'], { timezone });
      expect(await system.final([...day.messages, ...other.messages])).toMatchObject([
        { status: 'sent' },
        { status: 'sent' },
      ]);
    });

    it('are waited for by what can be recalled, and by what expires', async () => {
      const template = await system.template({ policy: { quietHours: 'wait', timezone } });
      const recalled = await system.send(template, ['recalled@example.com'], { variables: { order: 1 } });
      const expires = await system.send(template, ['expires@example.com'], {
        variables: { order: 2 },
        expiresAt: inMs(1_500),
      });
      while ((await system.message(recalled.messages[0]!)).status === 'accepted') await sleep(50);
      const answer = await api.shop.post(`/v1/messages/${recalled.messages[0]!}/recall`);
      expect(answer.body).toMatchObject({ result: 'recalled' });
      expect(await system.final(expires.messages)).toMatchObject([{ status: 'expired' }]);
    });
  });
});
