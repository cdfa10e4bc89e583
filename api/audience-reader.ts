import type { AudienceFiles } from '../audiences/audience-files';
import type { Stores } from '../db/database';
import { isId, type AudienceId } from '../domain/ids';
import type { Channel } from '../domain/lane';
import type { Variables } from '../domain/content';

/** An audience as campaigns need it. */
export interface CampaignAudience {
  readonly id: AudienceId;
  readonly appId: string;
  readonly channel: Channel;
  /** False while its file is still being read. */
  readonly ready: boolean;
  /** Names of the columns that become variables: all but address and time zone. */
  readonly variables: readonly string[];
  /** Rows that were accepted: the recipients. */
  readonly accepted: number;
}

/** Audiences, as far as campaigns read them. */
export interface AudienceReader {
  /** `undefined` when there is none, or it was deleted. */
  find(stores: Stores, id: string): Promise<CampaignAudience | undefined>;
  /** The first accepted rows, at most `count`; `row` is the number in the file. */
  firstRows(id: AudienceId, count: number): Promise<readonly { readonly row: number; readonly variables: Variables }[]>;
}

/** Reads what was uploaded. */
export function createAudienceReader(files: Pick<AudienceFiles, 'readRows'>): AudienceReader {
  return {
    async find({ audiences }, id) {
      const audience = isId('aud', id) ? await audiences.get(id) : undefined;
      if (!audience) return undefined;
      const { appId, channel, status, accepted, columns, addressColumn, timezoneColumn } = audience;
      const variables = (columns ?? []).filter((column) => column !== addressColumn && column !== timezoneColumn);
      return { id: audience.id, appId, channel, ready: status === 'ready', variables, accepted };
    },
    async firstRows(id, count) {
      for await (const { rows } of files.readRows(id, 0)) return rows.slice(0, count);
      return [];
    },
  };
}
