import { createGroupedWrite } from '../../db/group-writes';

/** A writer whose writes end when the test says so. */
function setUp(more: { maxSize?: number; width?: number } = {}) {
  const groups: (readonly number[])[] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const write = createGroupedWrite<number>({
    write: (items) => {
      groups.push(items);
      return new Promise((resolve, reject) => ends.push({ resolve, reject }));
    },
    sizeOf: (item) => item,
    maxSize: more.maxSize ?? 100,
    width: more.width ?? 1,
  });
  return { write, groups, ends };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const refusal = (code: string) => Object.assign(new Error(code), { code });

describe('createGroupedWrite', () => {
  test('writes the first item at once, and what comes meanwhile together', async () => {
    const { write, groups, ends } = setUp();
    const writes = [write(1), write(2), write(3)];
    expect(groups).toEqual([[1]]);
    ends[0]?.resolve();
    await writes[0];
    await settled();
    expect(groups).toEqual([[1], [2, 3]]);
    ends[1]?.resolve();
    await Promise.all(writes);
  });

  test('keeps groups within their size, and takes an item that is larger alone', async () => {
    const { write, groups, ends } = setUp({ maxSize: 10 });
    const writes = [write(1), write(6), write(4), write(1), write(50), write(2)];
    for (let i = 0; i < 5; i++) {
      ends[i]?.resolve();
      await settled();
    }
    await Promise.all(writes);
    expect(groups).toEqual([[1], [6, 4], [1], [50], [2]]);
  });

  test('has as many groups under way as its width', () => {
    const { write, groups } = setUp({ width: 2 });
    for (const item of [1, 2, 3]) void write(item);
    expect(groups).toEqual([[1], [2]]);
  });

  test('an item that the server refuses harms only itself', async () => {
    const { write, groups, ends } = setUp();
    const writes = [write(1), write(2), write(3)];
    const results = Promise.allSettled(writes);
    ends[0]?.resolve();
    await settled();
    ends[1]?.reject(refusal('ER_DATA_TOO_LONG'));
    await settled();
    ends[2]?.reject(refusal('ER_DATA_TOO_LONG'));
    await settled();
    ends[3]?.resolve();
    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([[1], [2, 3], [2], [3]]);
  });

  test('a lost connection, after which the group may have been written, is not tried again', async () => {
    const { write, groups, ends } = setUp();
    const results = Promise.allSettled([write(1), write(2), write(3)]);
    ends[0]?.resolve();
    await settled();
    ends[1]?.reject(refusal('PROTOCOL_CONNECTION_LOST'));
    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(groups).toHaveLength(2);
  });
});
