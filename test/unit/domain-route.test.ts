import type { AccountId } from '../../domain/ids';
import { chooseAccount, drawOf, type RouteEntry } from '../../domain/route';

const entry = (name: string, weight: number): RouteEntry => ({ accountId: name as AccountId, weight });
const all = (): boolean => true;
const MESSAGES = Array.from({ length: 10_000 }, (_, i) => `msg_01ARZ3NDEKTSV4RRFFQ6${i.toString().padStart(6, '0')}`);

/** How often each account makes this attempt over all messages. */
function shares(entries: readonly RouteEntry[], attempt = 1): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const message of MESSAGES) {
    const account = chooseAccount(entries, all, message, attempt)?.accountId ?? 'none';
    counts[account] = (counts[account] ?? 0) + 1 / MESSAGES.length;
  }
  return counts;
}

test('draws lie in [0, 1), are the same for the same text and spread evenly', () => {
  const draws = MESSAGES.map(drawOf);
  expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  expect(drawOf('msg_1')).toBe(drawOf('msg_1'));
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = draws.filter((draw) => Math.floor(draw * 10) === tenth).length / draws.length;
    expect(Math.abs(share - 0.1)).toBeLessThan(0.015);
  }
});

test('first attempts are shared out by weight', () => {
  const counts = shares([entry('a', 80), entry('b', 20)]);
  expect(counts['a']).toBeCloseTo(0.8, 1);
  expect(counts['b']).toBeCloseTo(0.2, 1);
  expect(shares([entry('a', 1), entry('b', 1), entry('c', 2)])['c']).toBeCloseTo(0.5, 1);
});

test('an account of weight 0 makes no first attempt, wherever it stands', () => {
  expect(shares([entry('a', 1), entry('spare', 0)])).toEqual({ a: expect.closeTo(1) });
  expect(shares([entry('spare', 0), entry('a', 1)])).toEqual({ a: expect.closeTo(1) });
});

test('an account of weight 0 takes over when the first has failed', () => {
  expect(shares([entry('a', 1), entry('spare', 0)], 2)).toEqual({ spare: expect.closeTo(1) });
});

test('later attempts walk through the others in order and come round again', () => {
  const entries = [entry('a', 1), entry('b', 1), entry('c', 1)];
  for (const message of MESSAGES.slice(0, 50)) {
    const walk = [1, 2, 3, 4].map((attempt) => chooseAccount(entries, all, message, attempt)?.accountId);
    expect(new Set(walk.slice(0, 3)).size).toBe(3);
    expect(walk[3]).toBe(walk[0]);
    expect('abcab'.includes(walk.slice(0, 3).join(''))).toBe(true);
  }
});

test('an unusable account is passed over', () => {
  const entries = [entry('a', 80), entry('b', 20), entry('c', 0)];
  const chosen = chooseAccount(entries, (id) => id !== 'a', 'msg_1', 1);
  expect(chosen).toEqual({ accountId: 'b', why: 'weight 20 of 20' });
});

test('when only accounts of weight 0 are left, the first of them sends', () => {
  const entries = [entry('a', 1), entry('b', 0), entry('c', 0)];
  expect(chooseAccount(entries, (id) => id !== 'a', 'msg_1', 1)?.accountId).toBe('b');
});

test('with no usable account, or no account at all, there is no choice', () => {
  expect(chooseAccount([entry('a', 1)], () => false, 'msg_1', 1)).toBeUndefined();
  expect(chooseAccount([], all, 'msg_1', 1)).toBeUndefined();
});

test('the only account is named as such, on every attempt', () => {
  const why = 'only account of the route';
  expect(chooseAccount([entry('a', 1)], all, 'msg_1', 1)).toEqual({ accountId: 'a', why });
  expect(chooseAccount([entry('a', 1)], all, 'msg_1', 7)).toEqual({ accountId: 'a', why });
  expect(chooseAccount([entry('a', 1), entry('b', 1)], (id) => id === 'b', 'msg_1', 2)?.why).toBe(
    'only usable account of 2',
  );
});

test('a later attempt says that it is a failover', () => {
  expect(chooseAccount([entry('a', 1), entry('b', 1)], all, 'msg_1', 2)?.why).toBe('failover, attempt 2');
});

test('an account that becomes unusable moves its own messages only, to the others by their weight', () => {
  const entries = [entry('a', 60), entry('b', 30), entry('c', 10)];
  const moved: Record<string, number> = { b: 0, c: 0 };
  for (const message of MESSAGES) {
    const before = chooseAccount(entries, all, message, 1)?.accountId;
    const after = chooseAccount(entries, (id) => id !== 'a', message, 1)?.accountId ?? 'none';
    if (before === 'a') moved[after] = (moved[after] ?? 0) + 1;
    else expect(after).toBe(before);
  }
  expect(Object.keys(moved)).toEqual(['b', 'c']);
  expect(moved['b']! / (moved['b']! + moved['c']!)).toBeCloseTo(0.75, 1);
});

test('equal keys always get the same account', () => {
  const entries = [entry('a', 1), entry('b', 1)];
  const keys = Array.from({ length: 40 }, (_, n) => `template ${n}`);
  const first = keys.map((key) => chooseAccount(entries, all, key, 1)?.accountId);
  expect(keys.map((key) => chooseAccount(entries, all, key, 1)?.accountId)).toEqual(first);
  expect(new Set(first).size).toBe(2);
});
