import { newId, type AppId, type DispatchId, type MessageId, type SendId, type TemplateId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { Variables } from '../../domain/content';
import type { TestDatabase } from './test-database';

export interface SeedOptions {
  readonly appId?: AppId;
  readonly lane?: Lane;
  /** Default: none, which leaves them to the relay. */
  readonly dispatchId?: DispatchId;
  readonly templateId?: TemplateId;
  readonly variables?: Variables;
  /** Columns set afterwards, e.g. a status. */
  readonly columns?: Readonly<Record<string, unknown>>;
}

/** Writes `count` accepted messages to addresses of their own, in sends of 500, through the store; returns their ids in order. */
export async function seedMessages(db: TestDatabase, count: number, options: SeedOptions = {}): Promise<MessageId[]> {
  const { appId = newId('app'), lane = 'email.notice', templateId = 1 as TemplateId, variables } = options;
  const ids = Array.from({ length: count }, () => newId('msg'));
  for (let start = 0; start < count; start += 500) {
    const id: SendId = newId('snd');
    const part = ids.slice(start, start + 500);
    const send = { id, appId, templateId, templateVersion: 1, lane, total: part.length, variables };
    const rest = { metadata: undefined, rejected: undefined, sendAt: null, expiresAt: null, createdAt: new Date() };
    const messages = part.map((messageId, position) => ({
      id: messageId,
      position,
      recipientId: undefined,
      address: `${messageId.toLowerCase()}@example.com`,
      timezone: undefined,
      variables: undefined,
      status: 'accepted' as const,
    }));
    await db.database.stores.sends.accept({ send: { ...send, ...rest }, messages, dispatch: undefined });
  }
  const { dispatchId } = options;
  if (dispatchId) await db.knex('messages').whereIn('id', ids).update({ dispatch_id: dispatchId });
  if (options.columns) await db.knex('messages').whereIn('id', ids).update(options.columns);
  return ids;
}

/** The id of a dispatch that nobody has. */
export const newDispatchId = (): DispatchId => `send/${newId('batch')}` as DispatchId;
