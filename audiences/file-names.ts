import type { AudienceId } from '../domain/ids';

const named = (last: string) => (id: AudienceId) => `audiences/${id}/${last}`;

/** Names of the files of an audience, by its id, in the file store. */
export const AUDIENCE_FILES = {
  /** As it was received, byte by byte. */
  original: named('original'),
  /** Accepted rows, a JSON text per line. */
  rows: named('rows.jsonl'),
  /** The other rows and why, a JSON text per line. */
  rejects: named('rejects.jsonl'),
} as const;
