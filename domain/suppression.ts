import type { MessageType } from './lane';

/** Why an address must not be contacted. */
export const SUPPRESSION_REASONS = ['hard_bounce', 'complaint', 'stop', 'unsubscribe', 'manual'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** What a suppression stops: everything, or marketing alone. */
export const APPLIES_TO = ['all', 'marketing'] as const;
export type AppliesTo = (typeof APPLIES_TO)[number];

/** What a suppression stops where nothing else is said: who unsubscribes from marketing still wants codes and notices. */
export function defaultAppliesTo(reason: SuppressionReason): AppliesTo {
  return reason === 'unsubscribe' ? 'marketing' : 'all';
}

/** True when a suppression of this kind stops messages of this type. */
export function stops(appliesTo: AppliesTo, messageType: MessageType): boolean {
  return appliesTo === 'all' || messageType === 'marketing';
}
