import type { OldUploads } from '../activities/maintenance/deps';
import { removeAudienceFiles } from '../audiences/import-audience';
import { isAudienceUsed } from '../db/audience-use';
import type { Database } from '../db/database';
import type { Audience } from '../db/stores/audience-store';
import type { AudienceId } from '../domain/ids';
import type { FileStore } from '../storage/file-store';

/** An upload that has given no sign of life for so long has ended without saying so. */
const DEAD_MS = 3_600_000;

/** Uploaded audiences by age; those that somebody has deleted but whose files were left behind count as unused. */
export function createOldUploads({ stores }: Pick<Database, 'stores'>, files: Pick<FileStore, 'remove'>): OldUploads {
  const isUsed = async ({ id, status, updatedAt, deletedAt }: Audience): Promise<boolean> => {
    if (deletedAt) return false;
    if (status === 'uploading' && Date.now() - updatedAt.getTime() < DEAD_MS) return true;
    return isAudienceUsed(stores, id);
  };
  return {
    async forget(before, after, limit) {
      const page = await stores.audiences.olderThan(before, limit, (after ?? undefined) as AudienceId | undefined);
      let deleted = 0;
      for (const audience of page) {
        if (await isUsed(audience)) continue;
        // First for everybody who reads, then the files: whoever is cut off in between comes back to them.
        await stores.audiences.remove(audience.id);
        await removeAudienceFiles(files, audience.id);
        await stores.audiences.setRemoved(audience.id);
        deleted++;
      }
      return { after: page.length < limit ? null : (page.at(-1)?.id ?? null), deleted };
    },
  };
}
