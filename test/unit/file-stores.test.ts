import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FileMissingError, type FileStore } from '../../storage/file-store';
import { createLocalFiles } from '../../storage/local-files';
import { openFiles } from '../../storage/open-files';
import { createS3Files } from '../../storage/s3-files';
import { S3_KEYS, startS3Server, type S3Server } from '../support/s3-server';

const folder = mkdtempSync(join(tmpdir(), 'luminate-stores-'));
let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3Server();
});
afterAll(async () => {
  await s3.close();
  rmSync(folder, { recursive: true });
});

interface Kind {
  open(): FileStore;
  /** Names of all that is kept, whole or not. */
  held(): string[];
}
const kinds: Record<string, Kind> = {
  'a folder': {
    open: () => createLocalFiles({ folder }),
    held: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)),
  },
  S3: {
    open: () => createS3Files({ bucket: 'bucket', region: 'eu-west-1', endpoint: s3.url, credentials: S3_KEYS }),
    held: () => [...s3.objects.keys(), ...s3.unfinished.keys()],
  },
};

/** Ends as a connection does that breaks. */
async function* broken(bytes: number): AsyncGenerator<Buffer> {
  for (let given = 0; given < bytes; given += 65_536) yield Buffer.alloc(65_536, 'x');
  throw new Error('broke off');
}

describe.each(Object.entries(kinds))('files in %s', (_name, { open, held }) => {
  let files: FileStore;
  beforeAll(() => {
    files = open();
  });
  const write = (name: string, content: Buffer | string) => files.write(name, Readable.from([Buffer.from(content)]));
  const read = async (name: string, from?: number) => buffer(await files.read(name, from));

  test('are read as they were written, from any byte; from the end on there is nothing', async () => {
    expect(await write('audiences/aud_1/rows.jsonl', 'one\ntwo\n')).toEqual({ bytes: 8 });
    expect((await read('audiences/aud_1/rows.jsonl')).toString()).toBe('one\ntwo\n');
    expect((await read('audiences/aud_1/rows.jsonl', 4)).toString()).toBe('two\n');
    expect((await read('audiences/aud_1/rows.jsonl', 8)).toString()).toBe('');
    expect((await read('audiences/aud_1/rows.jsonl', 9)).toString()).toBe('');
  });

  test('may be empty', async () => {
    expect(await files.write('empty', Readable.from([]))).toEqual({ bytes: 0 });
    expect((await read('empty')).length).toBe(0);
    expect((await read('empty', 5)).length).toBe(0);
  });

  test('are replaced as a whole', async () => {
    await write('again', 'the first content');
    await write('again', 'second');
    expect((await read('again')).toString()).toBe('second');
  });

  test('may be large, in chunks of any size', async () => {
    const chunks = Array.from({ length: 300 }, (_one, i) => Buffer.alloc(1 + ((i * 7919) % 130_000), i));
    const all = Buffer.concat(chunks);
    expect(all.length).toBeGreaterThan(17_000_000);
    expect(await files.write('large', Readable.from(chunks))).toEqual({ bytes: all.length });
    expect((await read('large')).equals(all)).toBe(true);
    expect((await read('large', 9_000_001)).equals(all.subarray(9_000_001))).toBe(true);
  });

  test.each([100_000, 20_000_000])(
    'whose stream breaks after %i bytes are not there, not in part either',
    async (bytes) => {
      await write('kept', 'as before');
      const before = held().sort();
      await expect(files.write('kept', Readable.from(broken(bytes)))).rejects.toThrow('broke off');
      await expect(files.write('new', Readable.from(broken(bytes)))).rejects.toThrow('broke off');
      expect((await read('kept')).toString()).toBe('as before');
      await expect(files.read('new')).rejects.toThrow(FileMissingError);
      expect(held().sort()).toEqual(before);
    },
  );

  test('are gone when removed; removing what is not there is fine', async () => {
    await write('short-lived', 'x');
    await files.remove('short-lived');
    await files.remove('short-lived');
    await expect(files.read('short-lived')).rejects.toThrow('There is no file short-lived.');
  });

  test.each([
    '',
    '.',
    '..',
    '../x',
    'a/../x',
    '/etc/passwd',
    'a//b',
    'a/',
    '.hidden',
    'a\\b',
    'a\0b',
    'ü',
    'x'.repeat(301),
  ])('have no name such as %j', async (name) => {
    const before = held().sort();
    await expect(write(name, 'x')).rejects.toThrow(TypeError);
    await expect(files.read(name)).rejects.toThrow(TypeError);
    await expect(files.remove(name)).rejects.toThrow(TypeError);
    expect(held().sort()).toEqual(before);
  });
});

test('S3 gets small files in one request and large ones in parts, all of them signed', async () => {
  const files = createS3Files({ bucket: 'bucket', region: 'eu-west-1', endpoint: s3.url, credentials: S3_KEYS });
  s3.calls.length = 0;
  await files.write('small', Readable.from([Buffer.from('x')]));
  expect(s3.calls).toEqual(['PUT']);
  const parts = ['PUT partNumber uploadId', 'PUT partNumber uploadId'];
  await files.write('parts', Readable.from([Buffer.alloc(9_000_000)]));
  expect(s3.calls.slice(1).sort()).toEqual(['POST uploadId', 'POST uploads', ...parts]);
  files.close();
});

test('a wrong secret, and a bucket that is not there, are errors and not missing files', async () => {
  const wrong = { accessKeyId: S3_KEYS.accessKeyId, secretAccessKey: 'wrong' };
  const options = { bucket: 'bucket', region: 'eu-west-1', endpoint: s3.url, credentials: S3_KEYS };
  await expect(createS3Files({ ...options, credentials: wrong }).read('small')).rejects.toThrow(
    'SignatureDoesNotMatch',
  );
  const elsewhere = createS3Files({ ...options, bucket: 'nowhere' }).read('small');
  await expect(elsewhere).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test('what a process that died has left in the folder goes after a day, and not before', async () => {
  const [old, fresh] = ['.unfinished-old', '.unfinished-fresh'].map((name) => join(folder, name)) as [string, string];
  for (const path of [old, fresh]) writeFileSync(path, 'x');
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(old, yesterday, yesterday);
  await createLocalFiles({ folder }).write('any', Readable.from([Buffer.from('1')]));
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  rmSync(fresh);
});

test('the settings choose: S3 where a bucket is named, else the folder', async () => {
  const local = { STORAGE_DIR: folder, STORAGE_S3_REGION: 'eu-west-1' };
  await openFiles(local).write('chosen-folder', Readable.from([Buffer.from('1')]));
  expect(readdirSync(folder)).toContain('chosen-folder');
  const { accessKeyId: STORAGE_S3_ACCESS_KEY, secretAccessKey: STORAGE_S3_SECRET_KEY } = S3_KEYS;
  const settings = { ...local, STORAGE_S3_BUCKET: 'bucket', STORAGE_S3_ENDPOINT: s3.url };
  const files = openFiles({ ...settings, STORAGE_S3_ACCESS_KEY, STORAGE_S3_SECRET_KEY });
  await files.write('chosen-bucket', Readable.from([Buffer.from('1')]));
  expect(s3.objects.has('chosen-bucket')).toBe(true);
});
