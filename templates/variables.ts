import type { Variables } from '../domain/content';
import type { CompiledTemplate } from './compile';

/** All names that rendering would miss with these values; `null` counts as absent. `at` is what "now" means. */
export function missingVariables(compiled: CompiledTemplate, values: Variables, at: number = Date.now()): string[] {
  return compiled.missing(values, at);
}

/** The names of values that the content does not use: most often a misspelt variable. */
export function unusedVariables(compiled: CompiledTemplate, values: Variables): string[] {
  const used = new Set(compiled.variables.map(({ name }) => name));
  return Object.keys(values).filter((name) => !used.has(name));
}
