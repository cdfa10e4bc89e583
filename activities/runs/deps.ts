import type { Stores } from '../../db/database';
import type { RunRow } from '../../db/stores/chunk-store';
import type { AudienceId, DispatchId } from '../../domain/ids';
import type { ActivityDeps } from '../deps';

/** Rows of an audience, with the byte at which to go on after them. */
export interface RowPage {
  readonly rows: readonly RunRow[];
  readonly nextByte: number;
}

/** What the activities of runs work with; workers/create-deps.ts fills it with the real parts. */
export interface RunDeps extends Pick<ActivityDeps, 'trace' | 'metrics' | 'gate' | 'flow' | 'rules' | 'log'> {
  readonly stores: Pick<
    Stores,
    'runs' | 'chunks' | 'runMessages' | 'sends' | 'templates' | 'versions' | 'delivery' | 'audiences' | 'campaigns'
  >;
  /** The accepted rows of an audience, in order, from a byte on. */
  readonly audienceRows: (audienceId: AudienceId, fromByte: number) => AsyncIterable<RowPage>;
  /** Lets the workflows of these dispatches look at their messages. */
  readonly wake: (ids: readonly DispatchId[]) => Promise<void>;
}
