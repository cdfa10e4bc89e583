import type { Stores } from '../db/database';
import type { Channel } from '../domain/lane';
import type { Variables } from '../domain/content';

/** An audience as campaigns need it. */
export interface CampaignAudience {
  readonly id: string;
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
  firstRows(id: string, count: number): Promise<readonly { readonly row: number; readonly variables: Variables }[]>;
}
