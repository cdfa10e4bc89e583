import type { AudienceContent } from '../db/stores/audience-store';
import type { AudienceId } from '../domain/ids';
import type { FileFault } from './file-fault';
import { importAudience, removeAudienceFiles, type ImportOptions, type ImportParts } from './import-audience';
import { readRejects, readRows, type AudiencePage, type Reject } from './read-rows';

/** The files of audiences, for those who do not know where they are. */
export interface AudienceFiles {
  readonly limits: ImportParts['limits'];
  /** Reads a file of recipients from a stream, as `importAudience`. */
  importFrom(
    content: AsyncIterable<Buffer>,
    options: ImportOptions,
  ): Promise<AudienceContent | { readonly fault: FileFault }>;
  /** The accepted rows, from a byte on, in order. */
  readRows(id: AudienceId, fromByte: number): AsyncIterable<AudiencePage>;
  /** The rows that were not taken, in order. */
  readRejects(id: AudienceId): AsyncIterable<Reject>;
  /** Removes every file of an audience. */
  remove(id: AudienceId): Promise<void>;
}

export function createAudienceFiles(parts: ImportParts): AudienceFiles {
  return {
    limits: parts.limits,
    importFrom: (content, options) => importAudience(parts, content, options),
    readRows: (id, fromByte) => readRows(parts.files, id, fromByte),
    readRejects: (id) => readRejects(parts.files, id),
    remove: (id) => removeAudienceFiles(parts.files, id),
  };
}
