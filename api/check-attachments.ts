import { isAllowedHost, type Attachment } from '../domain/attachment';
import type { Channel } from '../domain/lane';
import { invalidRequest, type Fault } from './problem';

/** 422 for attachments that the channel cannot carry, or whose host the rule `attachments` does not name. */
export function refuseBadAttachments(
  attachments: readonly Attachment[],
  channel: Channel,
  hosts: readonly string[],
): void {
  if (attachments.length === 0) return;
  if (channel !== 'email') {
    const detail = `are for email only; this template is for ${channel}`;
    throw invalidRequest([{ pointer: '/attachments', code: 'not_for_channel', detail }]);
  }
  const faults = attachments.flatMap(({ url }, i): Fault[] => {
    if (isAllowedHost(url, hosts)) return [];
    const detail = `leads to ${new URL(url).host}, which the rule attachments does not name; ask an operator to add it`;
    return [{ pointer: `/attachments/${i}/url`, code: 'host_not_allowed', detail }];
  });
  if (faults.length > 0) throw invalidRequest(faults);
}
