import type { AudienceId } from '../domain/ids';
import type { Stores } from './database';

/** Whether a campaign that is not deleted, or a run that has not ended, needs the audience. */
export async function isAudienceUsed(
  { campaigns, runs }: Pick<Stores, 'campaigns' | 'runs'>,
  id: AudienceId,
): Promise<boolean> {
  return (await campaigns.usesAudience(id)) || runs.usesAudience(id);
}
