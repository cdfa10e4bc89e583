import type { FileStore } from './file-store';
import { createLocalFiles } from './local-files';
import { createS3Files } from './s3-files';

/** The settings that say where files live; they are explained in config/env.ts. */
export interface StorageSettings {
  readonly STORAGE_DIR: string;
  readonly STORAGE_S3_BUCKET?: string | undefined;
  readonly STORAGE_S3_ENDPOINT?: string | undefined;
  readonly STORAGE_S3_REGION: string;
  readonly STORAGE_S3_ACCESS_KEY?: string | undefined;
  readonly STORAGE_S3_SECRET_KEY?: string | undefined;
}

/** S3 where a bucket is named, else the folder. Nothing is opened before the first file. */
export function openFiles(settings: StorageSettings): FileStore {
  const { STORAGE_S3_BUCKET: bucket, STORAGE_S3_ACCESS_KEY: id, STORAGE_S3_SECRET_KEY: secret } = settings;
  if (bucket === undefined) return createLocalFiles({ folder: settings.STORAGE_DIR });
  return createS3Files({
    bucket,
    region: settings.STORAGE_S3_REGION,
    endpoint: settings.STORAGE_S3_ENDPOINT,
    credentials: id !== undefined && secret !== undefined ? { accessKeyId: id, secretAccessKey: secret } : undefined,
  });
}
