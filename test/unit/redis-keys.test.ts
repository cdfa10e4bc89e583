import { newId, type AccountId, type MessageId, type TemplateId } from '../../domain/ids';
import { createRedisKeys } from '../../redis/keys';

const address = 'jane@example.com';
const messageId: MessageId = newId('msg');
const template = 7 as TemplateId;

test('all keys of one recipient carry the hash tag of its shard', () => {
  const keys = createRedisKeys({ shards: 64 });
  const shard = keys.shardOf(address);
  const all = [
    keys.content(shard, 'c0ffee'),
    keys.cap(shard, 'email', address, '2026-11-23'),
    keys.message(shard, messageId),
    keys.addressDay(shard, address, '2026-11-23'),
    keys.templateDay(shard, template, '2026-11-23'),
  ];
  for (const key of all) expect(key).toMatch(new RegExp(`^lum:\\{${shard}\\}:`));
  expect(new Set(all).size).toBe(all.length);
});

test('no key shows an address', () => {
  const keys = createRedisKeys({ prefix: 'x' });
  for (const key of [keys.cap(0, 'email', address, 'd'), keys.addressDay(0, address, 'd')]) {
    expect(key).not.toContain('jane');
    expect(key).toMatch(/^x:\{0\}:.*[0-9a-f]{32}:d$/);
  }
});

test('the keys of a limit are tagged with the limit, so that one script may use them all', () => {
  const id: AccountId = newId('acc');
  const keys = createRedisKeys().flow(id);
  for (const key of keys) expect(key).toMatch(new RegExp(`^lum:\\{${id}\\}:flow:[a-z-]+$`));
  expect(new Set(keys).size).toBe(10);
});

test('addresses spread over all shards, the same one always to the same', () => {
  const keys = createRedisKeys({ shards: 16 });
  const shards = Array.from({ length: 1000 }, (_, i) => keys.shardOf(`user${i}@example.com`));
  expect(new Set(shards)).toEqual(new Set(Array.from({ length: 16 }, (_, i) => i)));
  expect(keys.shardOf('user1@example.com')).toBe(shards[1]);
});
