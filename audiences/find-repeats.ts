import { hash, randomBytes } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** A set of numbers from 0 to its size, a bit each. */
export interface Bits {
  has(n: number): boolean;
}

/** Finds what came before among millions of keys, in memory that does not grow with them: it sorts them into files. */
export interface RepeatFinder {
  /** The key of a number; numbers rise. A promise when it has to be waited for. */
  add(n: number, key: string): Promise<void> | undefined;
  /** The numbers whose key came with a smaller number before. */
  find(): Promise<Bits & { readonly count: number }>;
  close(): Promise<void>;
}

const PARTITIONS = 64;
/** 96 bits: among 5 million keys two different ones meet by chance once in 10^15 files. */
const HASH_BYTES = 12;
const ENTRY_BYTES = HASH_BYTES + 4;
const BUFFER_BYTES = 1_024 * ENTRY_BYTES;

interface Partition {
  readonly file: FileHandle;
  readonly buffer: Buffer;
  used: number;
}

async function flush(partition: Partition): Promise<void> {
  const { file, buffer, used } = partition;
  partition.used = 0;
  await file.appendFile(buffer.subarray(0, used));
}

/** The entries of a partition in the order in which they came. */
async function readEntries({ file, buffer }: Partition, visit: (key: string, n: number) => void): Promise<void> {
  for (let position = 0, whole = BUFFER_BYTES; whole > 0; position += whole) {
    const { bytesRead } = await file.read(buffer, 0, BUFFER_BYTES, position);
    whole = bytesRead - (bytesRead % ENTRY_BYTES);
    for (let at = 0; at < whole; at += ENTRY_BYTES) {
      visit(buffer.toString('latin1', at, at + HASH_BYTES), buffer.readUInt32LE(at + HASH_BYTES));
    }
  }
}

/** One with files in `folder`, which must be there and is not cleaned up; for numbers up to `max`. */
export async function createRepeatFinder(folder: string, max: number): Promise<RepeatFinder> {
  // Nobody can make keys that meet, or fill one file, without knowing it.
  const salt = randomBytes(16).toString('hex');
  const partitions: Partition[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(partitions.map(({ file }) => file.close()));
  };
  try {
    for (let i = 0; i < PARTITIONS; i++) {
      const file = await open(join(folder, `repeats-${i}`), 'a+', 0o600);
      partitions.push({ file, buffer: Buffer.allocUnsafe(BUFFER_BYTES), used: 0 });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    add(n, key) {
      const digest = hash('sha256', salt + key, 'buffer');
      const partition = partitions[(digest[HASH_BYTES] ?? 0) % PARTITIONS];
      if (!partition) throw new Error('there is no such partition');
      const { buffer, used } = partition;
      digest.copy(buffer, used, 0, HASH_BYTES);
      buffer.writeUInt32LE(n, used + HASH_BYTES);
      partition.used += ENTRY_BYTES;
      return partition.used === BUFFER_BYTES ? flush(partition) : undefined;
    },
    async find() {
      const bits = new Uint8Array(Math.floor(max / 8) + 1);
      let count = 0;
      for (const partition of partitions) {
        await flush(partition);
        const seen = new Set<string>();
        await readEntries(partition, (key, n) => {
          if (!seen.has(key)) {
            seen.add(key);
            return;
          }
          bits[n >> 3] = (bits[n >> 3] ?? 0) | (1 << (n & 7));
          count++;
        });
      }
      return { count, has: (n) => ((bits[n >> 3] ?? 0) & (1 << (n & 7))) !== 0 };
    },
    close,
  };
}
