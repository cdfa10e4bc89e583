import type { TemplateId } from '../../domain/ids';
import type { TemplateType } from './codes';

/** From here on an id would run into the next template type. */
export const MAX_TEMPLATE_ID = 9_999_999;

/**
 * The ancestor's id of what a template sends on one day, 16 digits: template type / 10, template id (7), `yyyyMMdd` (8). `day` is
 * `YYYY-MM-DD`. Throws a RangeError for a template id that would be ambiguous.
 */
export function businessIdOf(templateType: TemplateType, templateId: TemplateId, day: string): string {
  if (!Number.isInteger(templateId) || templateId < 1 || templateId > MAX_TEMPLATE_ID) {
    throw new RangeError(`template ${templateId} has no business id: they end at ${MAX_TEMPLATE_ID}`);
  }
  return `${templateType * 1_000_000 + templateId}${day.replaceAll('-', '')}`;
}

/** Nothing was sent before; and the day after the last one has to be a date, too. */
const YEARS = { first: 1970, last: 9998 } as const;

/** What a business id says; `undefined` for a text that is none, or whose year is before 1970 or after 9998. */
export function parseBusinessId(text: string): { templateId: TemplateId; day: string } | undefined {
  const [, id, year = '', month = '', date = ''] = /^[12](\d{7})(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (Number(year) < YEARS.first || Number(year) > YEARS.last) return undefined;
  const day = `${year}-${month}-${date}`;
  const real = new Date(`${day}T00:00:00Z`);
  if (id === undefined || Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== day) return undefined;
  return { templateId: Number(id) as TemplateId, day };
}
