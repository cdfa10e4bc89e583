import {
  dispatchOfBatch,
  dispatchOfSend,
  firstIdAt,
  isId,
  lastMessageOf,
  messageOfRow,
  newId,
  timeOfId,
  type Id,
} from '../../domain/ids';

/** Ids are only ever later than the last one, so each test takes a time of its own. */
let clock = Date.UTC(2040, 0, 1);
const nextTime = (): number => (clock += 1000);

test('an id has its prefix and 26 characters of a ULID', () => {
  const id = newId('msg', nextTime());
  expect(id).toMatch(/^msg_[0-9A-HJKMNP-TV-Z]{26}$/);
  expect(isId('msg', id)).toBe(true);
});

test('ids of later moments sort after ids of earlier ones', () => {
  const ids = Array.from({ length: 200 }, () => newId('msg', nextTime()));
  expect([...ids].sort()).toEqual(ids);
});

test('5,000 ids of one millisecond are all different and rise, over every carry', () => {
  const now = nextTime();
  const ids = Array.from({ length: 5000 }, () => newId('msg', now));
  expect(new Set(ids).size).toBe(5000);
  expect([...ids].sort()).toEqual(ids);
  expect(ids.every((id) => timeOfId(id) === now)).toBe(true);
});

test('a carry runs through all digits that are at their end', () => {
  const random = jest.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    (array as unknown as Uint8Array).fill(31);
    (array as unknown as Uint8Array)[3] = 0;
    return array;
  });
  // Fresh, because random numbers are fetched ahead.
  jest.isolateModules(() => {
    const fresh = jest.requireActual<{ newId: typeof newId }>('../../domain/ids');
    const now = nextTime();
    expect(fresh.newId('msg', now).slice(-16)).toBe('FZZ0ZZZZZZZZZZZZ');
    random.mockRestore();
    expect(fresh.newId('msg', now).slice(-16)).toBe('FZZ100000ZZZZZZZ');
  });
});

test('runs of one millisecond have messages of their own, in ranges that do not meet', () => {
  const now = nextTime();
  const runs = Array.from({ length: 2_000 }, () => newId('run', now));
  expect(new Set(runs.map((run) => messageOfRow(run, 1))).size).toBe(2_000);
  for (const [i, run] of runs.slice(1).entries()) expect(lastMessageOf(runs[i]!) < messageOfRow(run, 0)).toBe(true);
});

test('the random part of another millisecond does not follow from the one before', () => {
  const first = newId('msg', nextTime()).slice(-16);
  expect(newId('msg', nextTime()).slice(-16)).not.toBe(first);
});

test('a clock that goes back does not make ids go back', () => {
  const now = nextTime();
  const before = newId('msg', now);
  const after = newId('msg', now - 60_000);
  expect(after > before).toBe(true);
  expect(timeOfId(after)).toBe(now);
});

test('ids of different kinds share one order', () => {
  const now = nextTime();
  const send = newId('snd', now);
  const message = newId('msg', now);
  expect(message.slice(4) > send.slice(4)).toBe(true);
});

test.each([0, 1, 31, 32, 1_700_000_000_000, Date.UTC(2100, 0, 1), 2 ** 48 - 1])(
  'the time %d comes back out of an id',
  (time) => {
    expect(timeOfId(firstIdAt('msg', time))).toBe(time);
  },
);

test('the first id of a moment is not after any id of it, and after every id before', () => {
  const now = nextTime();
  const id = newId('msg', now);
  expect(firstIdAt('msg', now) <= id).toBe(true);
  expect(firstIdAt('msg', now + 1) > id).toBe(true);
  expect(isId('msg', firstIdAt('msg', now))).toBe(true);
});

test('a moment before 1970 has the very first id', () => {
  expect(firstIdAt('msg', -5)).toBe(`msg_${'0'.repeat(26)}`);
});

const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
test.each([
  ['another prefix', `snd_${ULID}`],
  ['no prefix', ULID],
  ['lower case', `msg_${ULID.toLowerCase()}`],
  ['a letter that ULIDs leave out', `msg_${ULID.slice(0, -1)}U`],
  ['a time beyond 48 bits', `msg_8${ULID.slice(1)}`],
  ['one character too few', `msg_${ULID.slice(1)}`],
  ['one character too many', `msg_${ULID}0`],
  ['a line break at the end', `msg_${ULID}\n`],
  ['nothing', ''],
])('a text with %s is not a message id', (_, text) => {
  expect(isId('msg', text)).toBe(false);
});

test('a dispatch is named by its workflow', () => {
  expect(dispatchOfSend(`snd_${ULID}` as Id<'snd'>)).toBe(`send/snd_${ULID}`);
  expect(dispatchOfBatch(`batch_${ULID}` as Id<'batch'>)).toBe(`send/batch_${ULID}`);
});
