import { hash } from 'node:crypto';
import {
  areaOf,
  subjectOfAction,
  type ActorKind,
  type AuditAction,
  type AuditEntry,
  type AuditFields,
  type NewAuditEntry,
} from '../../domain/audit';
import type { AppId } from '../../domain/ids';
import { maskSecrets } from '../../domain/mask-secrets';

/** A row of `audit_log`. */
export interface AuditRow {
  id: number;
  at: Date;
  actor_kind: ActorKind;
  actor_id: string | null;
  actor_name: string | null;
  app_id: AppId | null;
  area: string;
  action: AuditAction;
  subject_kind: string;
  subject_id: string | null;
  subject_name: string | null;
  before_json: string | null;
  after_json: string | null;
  request_id: string | null;
  ip: string | null;
  user_agent: string | null;
  outcome: 'done' | 'refused';
  code: string | null;
  hash: string;
}

/** What the first entry has instead of the hash of the one before it. */
export const FIRST_HASH = '0'.repeat(64);

/** The text as the database gives it back, so that the hash is over the same. */
function bounded(text: string | null, most: number): string | null {
  return text === null ? null : Buffer.from(text.slice(0, most), 'utf8').toString('utf8');
}

const jsonOf = (fields: AuditFields | null): string | null => fields && JSON.stringify(maskSecrets(fields));

/** The hash of a row: over the one before it, and every column. */
export function hashOfRow(before: string, row: Omit<AuditRow, 'hash'>): string {
  const { id, at, actor_kind, actor_id, actor_name, app_id, area, action, subject_kind, subject_id, subject_name } =
    row;
  const { before_json, after_json, request_id, ip, user_agent, outcome, code } = row;
  const who = [actor_kind, actor_id, actor_name, app_id];
  const what = [area, action, subject_kind, subject_id, subject_name, before_json, after_json];
  const where = [request_id, ip, user_agent, outcome, code];
  return hash('sha256', JSON.stringify([before, id, at.toISOString(), ...who, ...what, ...where]), 'hex');
}

/** An entry as a row, without secrets, in its place of the chain. */
export function toRow(entry: NewAuditEntry, place: { id: number; at: Date; before: string }): AuditRow {
  const { action, actor, origin, appId, subject, before, after, refusedAs } = entry;
  const row = {
    id: place.id,
    at: place.at,
    actor_kind: actor.kind,
    actor_id: bounded(actor.id, 100),
    actor_name: bounded(actor.name, 254),
    app_id: appId,
    area: areaOf(action),
    action,
    subject_kind: subjectOfAction(action),
    subject_id: bounded(subject.id, 100),
    subject_name: bounded(subject.name, 254),
    before_json: jsonOf(before),
    after_json: jsonOf(after),
    request_id: bounded(origin.requestId, 128),
    ip: bounded(origin.ip, 45),
    user_agent: bounded(origin.userAgent, 255),
    outcome: refusedAs === null ? ('done' as const) : ('refused' as const),
    code: refusedAs,
  };
  return { ...row, hash: hashOfRow(place.before, row) };
}

const fieldsOf = (json: string | null): AuditFields | null =>
  json === null ? null : (JSON.parse(json) as AuditFields);

/** The entry that a row holds. */
export function toEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    action: row.action,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    origin: { requestId: row.request_id, ip: row.ip, userAgent: row.user_agent },
    appId: row.app_id,
    subject: { id: row.subject_id, name: row.subject_name },
    before: fieldsOf(row.before_json),
    after: fieldsOf(row.after_json),
    refusedAs: row.outcome === 'refused' ? (row.code ?? '') : null,
    hash: row.hash,
  };
}
