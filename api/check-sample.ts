import type { SmsSize, Variables } from '../domain/content';
import { MissingVariablesError, RenderError } from '../domain/template-error';
import type { CompiledTemplate } from '../templates/compile';

export interface Sample {
  /** Rows that were rendered, and those of them that could not be. */
  readonly rows: number;
  readonly failed: number;
  /** The first ten. */
  readonly failures: { row: number; reason: string }[];
  /** Segments per message of an SMS template; absent for email, and when no row could be rendered. */
  readonly segments: { readonly min: number; readonly average: number; readonly max: number } | undefined;
}

const TOLD = 10;

/** Renders rows of an audience as a run would, without telling their values to anybody. */
export function checkSample(
  compiled: CompiledTemplate,
  shared: Variables,
  rows: readonly { readonly row: number; readonly variables: Variables }[],
  sizeOf: (text: string) => SmsSize,
): Sample {
  const now = Date.now();
  const failures: { row: number; reason: string }[] = [];
  const segments: number[] = [];
  for (const { row, variables } of rows) {
    try {
      const rendered = compiled.render({ ...shared, ...variables }, now);
      if (rendered.channel === 'sms') segments.push(sizeOf(rendered.text).segments);
    } catch (error) {
      failures.push({ row, reason: reasonOf(error) });
    }
  }
  return {
    rows: rows.length,
    failed: failures.length,
    failures: failures.slice(0, TOLD),
    segments: segments.length === 0 ? undefined : summary(segments),
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof MissingVariablesError) return `has no value for ${error.variables.join(', ')}`;
  if (error instanceof RenderError) return error.message;
  throw error;
}

function summary(segments: readonly number[]) {
  const sum = segments.reduce((total, n) => total + n, 0);
  return {
    min: Math.min(...segments),
    average: Math.round((sum / segments.length) * 100) / 100,
    max: Math.max(...segments),
  };
}
