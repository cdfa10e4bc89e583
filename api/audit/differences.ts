import type { AuditFields } from '../../domain/audit';

const isPlain = (value: unknown): value is AuditFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** What differs between two states, on both sides; objects are compared field by field, lists as a whole. */
export function differences(before: AuditFields, after: AuditFields): [before: AuditFields, after: AuditFields] {
  const [was, is]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[name], after[name]];
    if (JSON.stringify(old) === JSON.stringify(now)) continue;
    [was[name], is[name]] = isPlain(old) && isPlain(now) ? differences(old, now) : [old, now];
  }
  return [was, is];
}
