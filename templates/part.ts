import { analyzeSync, Context, LiquidError, toValueSync, type Emitter, type Template } from 'liquidjs';
import type { Variables } from '../domain/content';
import { RenderError, type ContentField } from '../domain/template-error';
import { ABSENT, createEngine, REGISTERS, textOf } from './liquid-engine';
import { parseSource, reasonOf } from './parse';

const ENGINES = { html: createEngine(true), plain: createEngine(false) };
// Here and not in the engine: with it in the engine, `assign` would take a missing variable for an empty one.
const OPTIONS = {
  html: { ...ENGINES.html.options, lenientIf: true },
  plain: { ...ENGINES.plain.options, lenientIf: true },
};
// Nothing, not even the number of its keys, which Liquid would give for a variable called "size".
const NO_GLOBALS: object = Object.freeze(Object.assign(Object.create(null) as object, { size: undefined }));
const UNDEFINED = /^undefined variable: ([^]*)$/;

/** How a part shows values: escaped for HTML, or as they are. */
type PartKind = keyof typeof ENGINES;

/** One field of a content, parsed. */
export interface Part {
  readonly templates: readonly Template[];
  /** Top-level names used, in order of appearance; names that the template itself sets are left out. */
  variables(): readonly string[];
  /** True when no path, loop or assignment can make it miss anything but a top-level value. */
  isPlain(): boolean;
  /** The text, and each escaped value in order. Throws `RenderError`, or an error that `missingOf` explains. */
  render(values: Variables, at: number): { readonly text: string; readonly outputs: readonly string[] };
}

/** What a failed render missed: the name as written, and the top-level value it belongs to. */
export function missingOf(error: unknown): { name: string; root: string } | undefined {
  if (!LiquidError.is(error) || error.name !== 'UndefinedVariableError') return undefined;
  // Liquid gives this name to whatever goes wrong when a variable is read.
  const [, name] = UNDEFINED.exec(error.originalError?.message ?? '') ?? [];
  if (name === undefined) return undefined;
  const [first] = (error.token as { props?: { content?: unknown }[] }).props ?? [];
  return { name, root: typeof first?.content === 'string' ? first.content : name };
}

/** A null is an absent value. The copy keeps `increment` from counting in the caller's object. */
function scopeOf(values: Variables): Record<string, unknown> {
  const scope = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined) scope[name] = value;
  }
  return scope;
}

function createEmitter(limit: number): Emitter {
  return {
    buffer: '',
    write(value: unknown) {
      this.buffer += textOf(value);
      if (this.buffer.length > limit) throw new Error(`is longer than ${limit} characters`);
    },
  };
}

/** Parses one field; what it renders may have `limit` characters. Throws `TemplateSyntaxError`. */
export function compilePart(field: ContentField, source: string, kind: PartKind, limit: number): Part {
  const engine = ENGINES[kind];
  const templates = parseSource(field, source, engine);
  const analysis = (): ReturnType<typeof analyzeSync> => analyzeSync(templates, { partials: false });
  return {
    templates,
    variables: () => Object.keys(analysis().globals),
    isPlain() {
      const { variables, locals } = analysis();
      const deep = Object.values(variables).some((uses) => uses.some((use) => use.segments.length > 1));
      return !deep && Object.keys(locals).length === 0;
    },
    render(values, at) {
      const context = new Context(
        scopeOf(values),
        OPTIONS[kind],
        { sync: true, globals: NO_GLOBALS },
        { liquid: engine },
      );
      const outputs: string[] = [];
      context.setRegister(REGISTERS.at, at);
      context.setRegister(REGISTERS.outputs, outputs);
      const emitter = createEmitter(limit);
      try {
        toValueSync(engine.renderer.renderTemplates(templates, context, emitter));
      } catch (error) {
        if (missingOf(error)) throw error;
        throw new RenderError(field, reasonOf(error));
      }
      return { text: emitter.buffer, outputs };
    },
  };
}

/** All names that the part misses with these values: each one found is stood in for, to find the next. */
export function missingIn(part: Part, values: Variables, at: number): string[] {
  const standIns = new Set<string>();
  const names: string[] = [];
  for (;;) {
    try {
      part.render({ ...values, ...Object.fromEntries([...standIns].map((root) => [root, ABSENT])) }, at);
      return names;
    } catch (error) {
      const missing = missingOf(error);
      if (!missing) return names;
      if (!names.includes(missing.name)) names.push(missing.name);
      if (standIns.has(missing.root)) return names;
      standIns.add(missing.root);
    }
  }
}
