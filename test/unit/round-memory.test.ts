import { createRoundMemory, type Prepared, type Round } from '../../activities/round';
import type { DispatchId } from '../../domain/ids';

const roundOf = (name: string, messages: number): Round => ({
  dispatchId: `send/${name}` as DispatchId,
  go: Array.from({ length: messages }, () => ({}) as Prepared),
  inDoubt: [],
});
const idOf = (name: string) => `send/${name}` as DispatchId;

test('a round is taken once', () => {
  const memory = createRoundMemory();
  const round = roundOf('a', 1);
  memory.put(round);
  expect(memory.take(idOf('a'))).toBe(round);
  expect(memory.take(idOf('a'))).toBeUndefined();
});

test('a later round of the same dispatch replaces the earlier one', () => {
  const memory = createRoundMemory();
  const [first, second] = [roundOf('a', 1), roundOf('a', 2)];
  memory.put(first);
  memory.put(second);
  expect(memory.take(idOf('a'))).toBe(second);
  expect(memory.take(idOf('a'))).toBeUndefined();
});

test('beyond its limit the oldest rounds are dropped', () => {
  const memory = createRoundMemory(10);
  for (const name of ['a', 'b', 'c']) memory.put(roundOf(name, 4));
  expect(memory.take(idOf('a'))).toBeUndefined();
  expect(memory.take(idOf('b'))).toBeDefined();
  expect(memory.take(idOf('c'))).toBeDefined();
});

test('what was taken or replaced no longer counts towards the limit', () => {
  const memory = createRoundMemory(10);
  for (let i = 0; i < 5; i++) memory.put(roundOf('a', 8));
  memory.take(idOf('a'));
  for (const name of ['b', 'c']) memory.put(roundOf(name, 5));
  expect(memory.take(idOf('b'))).toBeDefined();
  expect(memory.take(idOf('c'))).toBeDefined();
});

test('a round larger than the limit is kept by itself', () => {
  const memory = createRoundMemory(10);
  memory.put(roundOf('a', 1));
  memory.put(roundOf('b', 50));
  expect(memory.take(idOf('a'))).toBeUndefined();
  expect(memory.take(idOf('b'))).toBeDefined();
});
