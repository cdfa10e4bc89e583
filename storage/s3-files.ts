import { DeleteObjectCommand, GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import { checkedName, FileMissingError, type FileStore } from './file-store';

export interface S3Options {
  readonly bucket: string;
  readonly region: string;
  /** Address of an S3-compatible store, which is then asked in path style; default: Amazon's. */
  readonly endpoint?: string | undefined;
  /** Default: what the environment of an Amazon machine gives. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

export interface S3Files extends FileStore {
  /** Ends the connections. */
  close(): void;
}

/** Parts of an upload, in bytes: 5 MB is the least that S3 takes; 10,000 of these hold 80 GB. Two are in memory at once. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
const isMissing = (error: unknown): boolean => statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket';

function createClient({ region, endpoint, credentials }: S3Options): S3Client {
  return new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials ? { credentials } : {}),
    // Many stores that speak S3 do not know the newer checksums, and refuse them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

async function upload(client: S3Client, bucket: string, name: string, content: Readable): Promise<number> {
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      bytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  };
  const params = { Bucket: bucket, Key: name, Body: Readable.from(counted(), { objectMode: false }) };
  // It aborts an upload in parts that fails, so that no part is left to be paid for.
  await new Upload({ client, params, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE }).done();
  return bytes;
}

/** Files in a bucket of S3, or of a store that speaks it. The bucket must be there. */
export function createS3Files(options: S3Options): S3Files {
  const client = createClient(options);
  const { bucket } = options;
  return {
    async write(name, content) {
      checkedName(name);
      try {
        return { bytes: await upload(client, bucket, name, content) };
      } catch (error) {
        content.destroy();
        throw error;
      }
    },
    async read(name, fromByte = 0) {
      const range = fromByte > 0 ? { Range: `bytes=${fromByte}-` } : {};
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: checkedName(name), ...range }));
        if (Body instanceof Readable) return Body;
        throw new Error(`S3 answered without the content of ${name}.`);
      } catch (error) {
        if (isMissing(error)) throw new FileMissingError(name, { cause: error });
        // From the end on there is nothing: S3 calls that an error.
        if (statusOf(error) === 416) return Readable.from([]);
        throw error;
      }
    },
    async remove(name) {
      try {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: checkedName(name) }));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    close: () => {
      client.destroy();
    },
  };
}
