import { Drop, filters, Liquid, toValue, type Context, type FilterImplOptions } from 'liquidjs';

/** Milliseconds that rendering one part may take: a guard against runaway loops, some 10,000 times what a mail needs. */
const RENDER_LIMIT_MS = 1000;
/** Characters and elements that the filters of one part may allocate. */
const MEMORY_LIMIT = 10_000_000;

const TAGS_THAT_LOAD = ['include', 'render', 'layout', 'block'];
const DATE_FILTERS = ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string'];
/** Random, or evaluating a value as an expression: neither may be, since a value is never expanded again. */
const REFUSED_FILTERS = [
  'sample',
  ...['where', 'reject', 'group_by', 'has', 'find', 'find_index'].map((f) => `${f}_exp`),
];

/** Names of the values that a render hands to its filters, in the registers of its context. */
export const REGISTERS = { at: 'at', outputs: 'outputs' } as const;

type Filter = Extract<FilterImplOptions, (...args: never[]) => unknown>;

class AbsentValue extends Drop {
  *[Symbol.iterator](): Generator<AbsentValue> {
    yield this;
  }

  override toString(): string {
    return '';
  }

  override liquidMethodMissing(): this {
    return this;
  }
}

/**
 * Stands in for a missing value while the other missing ones are looked for: it has every field, shows nothing, and loops
 * over it run once.
 */
export const ABSENT = new AbsentValue();

/** The text of a value as a template shows it; nothing for an absent one. Throws for an object, which has no text. */
export function textOf(value: unknown): string {
  const plain: unknown = toValue(value);
  if (typeof plain === 'string') return plain;
  if (plain === undefined || plain === null || plain === ABSENT) return '';
  if (Array.isArray(plain)) return plain.map(textOf).join('');
  if (typeof plain === 'object') throw new Error('an object has no text of its own; name one of its fields');
  return (plain as number | boolean).toString();
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char) : text;
}

function escapeOnce(text: string): string {
  return escapeHtml(text.replace(/&(amp|lt|gt|#34|#39);/g, (entity) => UNESCAPED[entity] ?? entity));
}
const UNESCAPED = Object.fromEntries(Object.entries(ENTITIES).map(([char, entity]) => [entity, char]));

/** Escapes what goes into HTML, and notes it: the text part is made from the same values. */
function escapeAndNote(this: { context: Context }, value: unknown): string {
  const text = textOf(value);
  this.context.getRegister<string[]>(REGISTERS.outputs, []).push(text);
  return escapeHtml(text);
}

/** A date that says no zone is UTC, and "now" is the moment the caller gave: the same text on every machine, at any time. */
function readTime(value: unknown, at: number): unknown {
  if (value === 'now' || value === 'today') return new Date(at);
  if (typeof value !== 'string' || /^\d+$/.test(value) || /(Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*$/i.test(value)) return value;
  const utc = new Date(`${value.replace(/(\d)T(\d)/, '$1 $2')} UTC`);
  return Number.isNaN(utc.getTime()) ? value : utc;
}

function registerDateFilters(engine: Liquid): void {
  for (const name of DATE_FILTERS) {
    const original = (filters as Record<string, Filter>)[name];
    if (!original) throw new Error(`liquidjs has no filter ${name}`);
    engine.registerFilter(name, function (value: unknown, ...args: unknown[]): unknown {
      return original.call(this, readTime(value, this.context.getRegister<number>(REGISTERS.at, 0)), ...args);
    });
  }
}

/** Filters whose result is HTML: what editors of other systems write out of habit must not be escaped twice. */
function registerHtmlFilters(engine: Liquid): void {
  const filter = (name: string, handler: (text: string) => string): void => {
    engine.registerFilter(name, { raw: true, handler: (value: unknown) => handler(textOf(value)) });
  };
  filter('escape', escapeHtml);
  filter('xml_escape', escapeHtml);
  filter('escape_once', escapeOnce);
  filter('newline_to_br', (text) => escapeOnce(text).replace(/\r?\n/g, '<br />\n'));
}

/**
 * Liquid as our templates speak it: a variable without a value is an error (but not in conditions and before `default`),
 * filters are known, nothing is loaded, nothing is random, dates are UTC. With `escape`, what is shown is escaped as HTML.
 */
export function createEngine(escape: boolean): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
    timezoneOffset: 0,
    locale: 'en-US',
    renderLimit: RENDER_LIMIT_MS,
    memoryLimit: MEMORY_LIMIT,
    ...(escape ? { outputEscape: escapeAndNote } : {}),
  });
  for (const name of TAGS_THAT_LOAD) {
    engine.registerTag(name, {
      parse() {
        throw new Error(`the tag "${name}" is not available: a template cannot load other templates`);
      },
      render: () => '',
    });
  }
  for (const name of REFUSED_FILTERS) engine.unregisterFilter(name);
  registerDateFilters(engine);
  if (escape) registerHtmlFilters(engine);
  return engine;
}
