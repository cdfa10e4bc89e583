import { askProvider } from '../../activities/ask-provider';
import type { Inquiry, LostHandOver } from '../../channels/channel';
import { newId } from '../../domain/ids';

const TIMES = { firstAfterMs: 5_000, absentAfterMs: 60_000 };
const lost = (age: number): LostHandOver => ({
  messageId: newId('msg'),
  to: '+8613800138000',
  content: { channel: 'sms', text: 'Hello' },
  handedOverAt: Date.now() - age,
});
const ask = (age: number, inquiry: Inquiry | Error, onUnknown: 'hold' | 'resend' = 'hold') => {
  const find = async (): Promise<Inquiry> => {
    if (inquiry instanceof Error) throw inquiry;
    return inquiry;
  };
  return askProvider(find, lost(age), { onUnknown }, TIMES);
};
const ABSENT: Inquiry = { found: false };
const FOUND: Inquiry = { found: true, providerMessageId: 'SM1' };

test('a provider is not asked before it had time to list the message', async () => {
  const before = Date.now();
  const clearing = await ask(1_000, FOUND);
  expect(clearing).toMatchObject({ state: 'waiting', because: 'the provider needs time to list it' });
  expect((clearing as { askAt: number }).askAt - before).toBeGreaterThanOrEqual(3_900);
});

test('what the provider has is sent, with the id it has there', async () => {
  expect(await ask(6_000, FOUND)).toEqual({
    state: 'cleared',
    by: 'found',
    answer: {
      class: 'accepted',
      code: 'found',
      detail: 'the answer was lost; asked 6 s later, the provider has the message',
      providerMessageId: 'SM1',
    },
  });
});

test('what it does not list is asked for again, and not sent so far', async () => {
  const clearing = await ask(6_000, ABSENT);
  expect(clearing).toMatchObject({ state: 'waiting', because: 'the provider does not list it so far' });
});

test('what it does not list after a minute was not sent', async () => {
  const absent = { class: 'unavailable', code: 'not_found' };
  expect(await ask(60_000, ABSENT)).toMatchObject({ state: 'cleared', by: 'absent', answer: absent });
});

test('a code, which may rather come twice than not at all, does not wait for that', async () => {
  expect(await ask(6_000, ABSENT, 'resend')).toMatchObject({ state: 'cleared', by: 'absent' });
});

test('the last question is asked when its answer is believed, and not later', async () => {
  const before = Date.now();
  const clearing = await ask(50_000, ABSENT);
  expect((clearing as { askAt: number }).askAt - before).toBeLessThanOrEqual(10_100);
});

test('a provider that does not answer is asked again, and given up after a quarter of an hour', async () => {
  const error = Object.assign(new Error('to +8613800138000 failed'), { name: 'TimeoutError' });
  const clearing = await ask(120_000, error);
  expect(clearing).toMatchObject({ state: 'waiting', because: 'the provider could not be asked: TimeoutError' });
  expect(JSON.stringify(clearing)).not.toContain('138001');
  expect(await ask(16 * 60_000, error)).toEqual({ state: 'given_up' });
});
