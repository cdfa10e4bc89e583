import { Webhook } from 'standardwebhooks';
import { signWebhook } from '../../channels/webhooks/sign-webhook';
import { createPostWebhook } from '../../channels/webhooks/post-webhook';
import { createWebhookNetwork } from '../../channels/webhooks/webhook-network';
import { loadConfig } from '../../config/env';
import { isFinal, MESSAGE_STATUS_NAMES } from '../../domain/message-status';
import {
  bodyOfEvent,
  eventOfRunState,
  eventOfStatus,
  restMs,
  RETRY_SECONDS,
  retryPauseMs,
  WEBHOOK_EVENT_TYPES,
} from '../../domain/webhook';
import { RUN_STATE_NAMES, RUN_STATES } from '../../domain/run';
import { newWebhookSecret } from '../support/webhooks';

const EVENT = {
  type: 'message.sent',
  createdAt: new Date('2026-11-26T01:02:03.004Z'),
  data: { webhookId: 'é' },
} as const;
const ID = 'evt_01M84BZW808SY1J1GKT7KH6WJQ';

describe('the signature', () => {
  const body = bodyOfEvent(EVENT);

  it('verifies with the official library, and only with the body that was signed', () => {
    const secret = newWebhookSecret();
    const headers = signWebhook(ID, new Date(), body, [secret]);
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]+=*$/);
    expect(new Webhook(secret).verify(body, { ...headers })).toEqual({
      type: 'message.sent',
      timestamp: '2026-11-26T01:02:03.004Z',
      data: { webhookId: 'é' },
    });
    expect(() => new Webhook(secret).verify(body.replace('sent', 'lost'), { ...headers })).toThrow();
    expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': `${ID}0` })).toThrow();
    expect(() => new Webhook(newWebhookSecret()).verify(body, { ...headers })).toThrow();
  });

  it('verifies with both secrets while they are changed', () => {
    const [old, fresh] = [newWebhookSecret(), newWebhookSecret()];
    const headers = signWebhook(ID, new Date(), body, [fresh, old]);
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secret of [old, fresh]) expect(() => new Webhook(secret).verify(body, { ...headers })).not.toThrow();
  });

  it('of an old request is refused by the library: a replay by somebody else does not get through', () => {
    const secret = newWebhookSecret();
    const headers = signWebhook(ID, new Date(Date.now() - 6 * 60_000), body, [secret]);
    expect(() => new Webhook(secret).verify(body, { ...headers })).toThrow(/too old/i);
  });
});

describe('events', () => {
  it('are told of every final status and of no other', () => {
    for (const status of MESSAGE_STATUS_NAMES) expect(eventOfStatus(status) !== undefined).toBe(isFinal(status));
    expect(eventOfStatus('recalled')).toBe('message.stopped');
    expect(eventOfStatus('unknown')).toBe('message.unknown');
  });

  it('are told of every end of a run, and of a pause', () => {
    for (const state of RUN_STATE_NAMES) {
      const expected = state === 'paused' ? 'run.paused' : RUN_STATES[state] === 'ended' ? 'run.finished' : undefined;
      expect(eventOfRunState(state)).toBe(expected);
    }
  });

  it('have each a cause', () => {
    const told = [...MESSAGE_STATUS_NAMES.map(eventOfStatus), ...RUN_STATE_NAMES.map(eventOfRunState)];
    expect(new Set(told.filter((type) => type !== undefined))).toEqual(new Set(WEBHOOK_EVENT_TYPES));
  });
});

describe('retries', () => {
  it('go on for three days, each pause up to a fifth longer than planned, and then end', () => {
    const pauses = RETRY_SECONDS.map((_, i) => retryPauseMs(i + 1, RETRY_SECONDS, 0) ?? 0);
    expect(pauses.slice(0, 3)).toEqual([5_000, 300_000, 1_800_000]);
    const days = pauses.reduce((sum, pause) => sum + pause, 0) / 86_400_000;
    expect(days).toBeGreaterThanOrEqual(3);
    expect(days).toBeLessThan(3.5);
    expect(retryPauseMs(1, RETRY_SECONDS, 0.5)).toBe(5_500);
    expect(retryPauseMs(RETRY_SECONDS.length + 1, RETRY_SECONDS, 0)).toBeUndefined();
  });

  it('an endpoint that takes nothing rests twice as long each time, at most five minutes', () => {
    expect([1, 2, 3].map((rounds) => restMs(rounds, RETRY_SECONDS))).toEqual([5_000, 10_000, 20_000]);
    expect(restMs(1_000, RETRY_SECONDS)).toBe(300_000);
  });

  it('are set by WEBHOOK_RETRY_SECONDS, which is refused when it is no list of seconds', () => {
    const env = {
      DATABASE_URL: 'mysql://u:p@h/d',
      REDIS_URL: 'redis://h',
      TEMPORAL_ADDRESS: 'h:7233',
      LUMINATE_SECRET_KEY: Buffer.alloc(32).toString('base64'),
    };
    expect(loadConfig(env)).toMatchObject({ WEBHOOK_RETRY_SECONDS: RETRY_SECONDS, WEBHOOK_ALLOW_PRIVATE: false });
    expect(loadConfig({ ...env, WEBHOOK_RETRY_SECONDS: '1,2' }).WEBHOOK_RETRY_SECONDS).toEqual([1, 2]);
    expect(() => loadConfig({ ...env, WEBHOOK_RETRY_SECONDS: '1,x' })).toThrow(
      /WEBHOOK_RETRY_SECONDS: must be seconds/,
    );
  });
});

describe('where webhooks may go', () => {
  const leads = (address: string) => async () => [{ address, family: address.includes(':') ? 6 : 4 }];
  const network = createWebhookNetwork({ resolve: leads('93.184.216.34') });

  it.each([
    ['http://shop.example/hooks', /https/],
    ['ftp://shop.example', /https/],
    ['shop.example/hooks', /not a URL/],
    ['https://user:pw@shop.example/', /user name/],
    ['https://shop.example/#part', /#/],
    ['https://127.0.0.1/', /not public/],
    ['https://[::1]/', /not public/],
    ['https://[::ffff:10.0.0.1]/', /not public/],
    ['https://2130706433/', /not public/],
    ['https://localhost/', /not public/],
    ['https://hooks.localhost./', /not public/],
    ['https://169.254.169.254/latest/meta-data', /not public/],
  ])('%s is refused', async (url, words) => {
    expect(network.problemOf(url)).toMatch(words);
    expect(await network.check(url)).toMatch(words);
  });

  it('a public name is good, and one that leads into the private network is not', async () => {
    expect(await network.check('https://shop.example/hooks?shop=1')).toBeUndefined();
    for (const address of ['127.0.0.1', '10.1.2.3', '192.168.0.1', '::1', 'fd00::1', '169.254.169.254']) {
      const inward = createWebhookNetwork({ resolve: leads(address) });
      expect(await inward.check('https://shop.example/hooks')).toMatch(/not public/);
    }
  });

  it('a name without an address just now is left to the attempts', async () => {
    const lost = createWebhookNetwork({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await lost.check('https://shop.example/hooks')).toBeUndefined();
  });

  it('a name about which nobody answers ends a check and an attempt', async () => {
    const silent = createWebhookNetwork({ resolve: () => new Promise(() => undefined), checkMs: 50 });
    expect(await silent.check('https://shop.example/hooks')).toBeUndefined();
    const post = createPostWebhook({ network: silent, timeoutMs: 50 });
    const answer = await post({ url: 'https://shop.example/hooks', id: ID, body: '{}', secrets: [newWebhookSecret()] });
    expect(answer).toEqual({ result: 'failed', status: null, words: 'no answer within 0.05 s' });
  });

  it('WEBHOOK_ALLOW_PRIVATE allows the loopback and plain http', async () => {
    const open = createWebhookNetwork({ allowPrivate: true });
    expect(await open.check('http://127.0.0.1:8080/hooks')).toBeUndefined();
    expect(await open.check('http://localhost:8080/hooks')).toBeUndefined();
    expect(await open.check('ftp://127.0.0.1/hooks')).toMatch(/https/);
  });
});
