import type { Schemas } from './operations';

/** True for the approval that a change waits for (status 202): nothing was changed yet. False for the answer of a change that was made. */
export const awaitsApproval = <T extends object>(data: T): data is Extract<T, Schemas['Approval']> =>
  'requestedAt' in data && 'subject' in data && 'kind' in data;
