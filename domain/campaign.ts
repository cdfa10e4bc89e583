import type { Variables } from './content';
import type { AppId, ApprovalId, AudienceId, CampaignId, TemplateId } from './ids';
import type { Rate } from './rules';

/**
 * When a campaign runs. Times without an offset are local to `timezone` (IANA). `recipientTime`: the time of day is that of each
 * recipient's own zone, and the run starts when it comes in the first of them (UTC+14).
 */
export type CampaignSchedule =
  | { readonly kind: 'now' }
  | { readonly kind: 'once'; readonly at: string; readonly timezone: string; readonly recipientTime: boolean }
  | {
      readonly kind: 'cron';
      /** Five fields. */
      readonly cron: string;
      readonly timezone: string;
      readonly startAt: string | null;
      readonly endAt: string | null;
      readonly jitterSeconds: number;
      readonly recipientTime: boolean;
    };

/** Times of day at which a run may hand over, `HH:MM`, over midnight when `from` is later; outside of them its messages wait. */
export interface SendWindow {
  readonly from: string;
  readonly until: string;
  readonly timezone: string;
}

/** A run pauses itself when, of at least `atLeast` messages with an answer, this many or this share (0 to 1) failed. */
export interface PauseOn {
  readonly errors: number | null;
  readonly share: number | null;
  readonly atLeast: number;
}

/** How a run is driven; a run keeps its own from the moment it fires. */
export interface RunSettings {
  /** Beyond all other limits; `null`: none. */
  readonly rate: Rate | null;
  readonly sendWindow: SendWindow | null;
  readonly pauseOn: PauseOn | null;
}

/** What happens when a campaign fires while a run of it is going: Temporal's overlap policies. */
export const OVERLAPS = ['skip', 'buffer_one', 'allow_all'] as const;
export type Overlap = (typeof OVERLAPS)[number];

export interface Campaign {
  readonly id: CampaignId;
  readonly appId: AppId;
  readonly name: string;
  readonly templateId: TemplateId;
  /** `null`: the version that is current when it fires. */
  readonly templateVersion: number | null;
  readonly audienceId: AudienceId;
  /** For all recipients; a recipient's own win. */
  readonly variables: Variables | undefined;
  readonly schedule: CampaignSchedule;
  readonly settings: RunSettings;
  readonly overlap: Overlap;
  /** A firing missed for longer than this is not made up for. */
  readonly catchupSeconds: number;
  readonly paused: boolean;
  /** Whether it may fire: false until what the rule `approval` makes wait was approved. Once true, it stays so. */
  readonly approved: boolean;
  /** The last request to approve it as a whole; edits of an approved campaign that wait are not in its row. `null`: it never waited. */
  readonly approvalId: ApprovalId | null;
  /** Counts the changes; its Temporal Schedule is in force as of `syncedRevision`. */
  readonly revision: number;
  readonly syncedRevision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}
