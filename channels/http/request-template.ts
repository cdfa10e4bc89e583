import { analyzeSync, Liquid, type Template } from 'liquidjs';
import type { Channel } from '../../domain/lane';

/** `url` encodes each value for an address; `plain` shows it as it is. */
export type TemplateKind = 'plain' | 'url';

/** What a request may say. Every name always has a value, be it an empty one. */
const NAMES: Readonly<Record<Channel, readonly string[]>> = {
  sms: ['messageId', 'to', 'from', 'text', 'expiresAt', 'statusCallbackUrl', 'secrets'],
  email: ['messageId', 'to', 'from', 'subject', 'html', 'text', 'expiresAt', 'secrets'],
};

const createEngine = (outputEscape?: (value: unknown) => string): Liquid =>
  new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    templates: {},
    renderLimit: 1000,
    memoryLimit: 10_000_000,
    ...(outputEscape ? { outputEscape } : {}),
  });

const ENGINES: Readonly<Record<TemplateKind, Liquid>> = {
  plain: createEngine(),
  url: createEngine((value) => encodeURIComponent(String(value))),
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What is wrong with a template of an account's config, or `undefined`. */
export function templateFault(source: string, kind: TemplateKind, channel: Channel): string | undefined {
  let parsed: Template[];
  try {
    parsed = ENGINES[kind].parse(source);
  } catch (error) {
    return messageOf(error);
  }
  const unknown = Object.keys(analyzeSync(parsed, { partials: false }).globals).filter(
    (name) => !NAMES[channel].includes(name),
  );
  if (unknown.length === 0) return undefined;
  return `names ${unknown.join(', ')}; there are ${NAMES[channel].join(', ')}`;
}

/** Values by name; `secrets` is an object. */
export type RequestValues = Readonly<Record<string, unknown>>;

/** Parses once, renders often. Rendering throws where a value is absent, e.g. a secret the account does not have. */
export function compileTemplate(source: string, kind: TemplateKind): (values: RequestValues) => string {
  const engine = ENGINES[kind];
  const parsed = engine.parse(source);
  return (values) => String(engine.renderSync(parsed, { ...values }));
}
