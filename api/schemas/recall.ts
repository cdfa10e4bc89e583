import { z } from 'zod';
import { MESSAGE_STATUS_NAMES } from '../../domain/message-status';
import type { RecallAnswer } from '../recall';
import { timeSchema } from './common';

export const recalledMessageSchema = z
  .strictObject({
    id: z.string(),
    index: z.int().describe('Place in `recipients`, from 0.'),
    result: z.enum(['recalled', 'too_late']),
    status: z.enum(MESSAGE_STATUS_NAMES).describe('As it was when the answer was given.'),
    reason: z.string().nullable(),
    handedOverAt: timeSchema
      .nullable()
      .describe('When a provider was given it; null when none was: it ended before, e.g. `deduplicated`.'),
  })
  .meta({ id: 'RecalledMessage' });

export const recalledSendSchema = z
  .strictObject({
    id: z.string(),
    recalled: z.int(),
    tooLate: z.int(),
    messages: z.array(recalledMessageSchema).describe('All messages of the send, in the order of the request.'),
  })
  .meta({ id: 'RecalledSend' });

export const resolveSchema = z.strictObject({
  outcome: z.enum(['sent', 'not_sent']),
  note: z.string().max(500).optional().describe('How it was found out. No personal data, please.'),
});

export function viewRecall({ message, result, handedOverAt }: RecallAnswer): z.input<typeof recalledMessageSchema> {
  const { id, position: index, status, reason } = message;
  return { id, index, result, status, reason, handedOverAt: handedOverAt?.toISOString() ?? null };
}
