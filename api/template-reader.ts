import type { Stores } from '../db/database';
import type { Template } from '../db/stores/template-store';
import type { TemplateVersion } from '../db/stores/template-version-store';
import type { ApprovalStatus } from '../domain/approval';
import type { Content, Rendered, Variables } from '../domain/content';
import type { Channel } from '../domain/lane';
import { MissingVariablesError, RenderError, TemplateSyntaxError } from '../domain/template-error';
import type { CheckedContent } from '../templates/check';
import type { CompiledTemplate } from '../templates/compile';
import { createBoundedCache } from '../domain/bounded-cache';
import type { TemplateEngine } from './deps';
import { ApiError, invalidRequest, type Fault } from './problem';
import type { Call } from './route';
import { contentSchemas, TEMPLATE_KEY } from './schemas/templates';
import { parsePart, pointerOf } from './validate';

/** Templates as requests need them; what goes wrong is told in problems. */
export interface TemplateReader {
  /** A live template by number or key. Throws 404. */
  find(stores: Stores, idOrKey: string): Promise<Template>;
  /** The same, held to the end of the transaction. Throws 404. */
  hold(stores: Stores, idOrKey: string): Promise<Template>;
  /** The same, as it was at most a second ago; as it is now where this process has changed it. For sends. Throws 404. */
  recent(stores: Stores, idOrKey: string): Promise<Template>;
  /** The same, for a request that changes it: when that has ended, `recent` looks again. Throws 404. */
  toChange(call: Pick<Call<unknown, unknown, unknown>, 'stores' | 'onEnd'>, idOrKey: string): Promise<Template>;
  /** The version that a send gets: the one it names, or the current one. Throws 409 unless it may be sent. */
  sendable(stores: Stores, template: Template, named: number | undefined): Promise<number>;
  /** The same for a test: one that waits may be tried by those who name it. Throws 409. */
  testable(stores: Stores, template: Template, named: number | undefined): Promise<number>;
  /** A version, ready to be rendered; versions never change, so they are compiled once. Throws 422 when there is none. */
  compiled(stores: Stores, template: Template, version: number): Promise<CompiledTemplate>;
  /** Content of a body, as it is to be stored. Throws 422 with field, line and column. */
  check(channel: Channel, content: unknown): Promise<CheckedContent>;
  /** Throws 422 naming the missing variables, or what cannot be rendered. */
  render(compiled: CompiledTemplate, values: Variables): Rendered;
}

/** For how long sends do not look a template up again, in milliseconds. One that is stopped meanwhile ends its messages `discarded`. */
const RECENT_MS = 1000;
const MAX_RECENT = 1000;
/** Compiled versions that are kept; one takes some tens of kilobytes. */
const MAX_COMPILED = 500;

/** The place of a missing variable (`user.email`: inside an object) below the values at `prefix`. */
export function missingFault(prefix: readonly PropertyKey[], name: string): Fault {
  const pointer = pointerOf([...prefix, ...name.split('.')]);
  return { pointer, code: 'missing_variable', detail: `is missing: the template needs "${name}"` };
}

function problemOf(error: unknown): unknown {
  if (error instanceof TemplateSyntaxError) {
    const { field, line, column, reason } = error;
    const detail = `line ${line}, column ${column}: ${reason}`;
    return invalidRequest([{ pointer: `/content/${field}`, code: 'template_syntax', detail, line, column }]);
  }
  if (error instanceof MissingVariablesError) {
    return invalidRequest(error.variables.map((name) => missingFault(['variables'], name)));
  }
  if (error instanceof RenderError) {
    return invalidRequest([{ pointer: '/variables', code: 'render_error', detail: `do not fit: ${error.message}` }]);
  }
  return error;
}

function notApproved({ key, currentVersion }: Template, named?: number): ApiError {
  const which = named === undefined ? 'No version' : `Version ${named}`;
  const instead = currentVersion === null ? 'wait until one is' : `send version ${currentVersion}, the current one`;
  return new ApiError('template_not_approved', `${which} of the template "${key}" has been approved: ${instead}.`);
}

/** What a template says, or would say as long as none of its versions has been approved. */
export async function shownVersion(stores: Stores, template: Template): Promise<TemplateVersion> {
  const { currentVersion } = template;
  if (currentVersion !== null) return versionOf(stores, template, currentVersion);
  const newest = await stores.versions.newest(template.id);
  if (newest) return newest;
  throw new Error(`template ${template.id} has no version`);
}

/** A version named in a path. Throws 404. */
export async function versionOf(stores: Stores, template: Template, version: number): Promise<TemplateVersion> {
  const found = await stores.versions.get(template.id, version);
  if (found) return found;
  throw new ApiError('not_found', `The template "${template.key}" has no version ${version}.`);
}

/** Which version a send or a test gets. */
function versionChoice(): Pick<TemplateReader, 'sendable' | 'testable'> {
  /** Versions besides the current ones that may be sent: they stay so. */
  const approved = createBoundedCache<true>({ max: MAX_RECENT });
  const versionFor =
    (statuses: readonly ApprovalStatus[]): TemplateReader['sendable'] =>
    async (stores, template, named) => {
      const { id, currentVersion } = template;
      if (named === undefined && currentVersion === null) throw notApproved(template);
      const version = named ?? currentVersion ?? 0;
      const name = `${id}/${version}`;
      if (version === currentVersion || approved.get(name)) return version;
      // Whether there is such a version is for `compiled` to say.
      const found = await stores.versions.get(id, version);
      if (found && !statuses.includes(found.audit.status)) throw notApproved(template, version);
      if (found?.audit.status === 'approved') approved.set(name, true);
      return version;
    };
  return { sendable: versionFor(['approved']), testable: versionFor(['approved', 'waiting']) };
}

export function createTemplateReader(engine: TemplateEngine): TemplateReader {
  const compiledVersions = createBoundedCache<CompiledTemplate>({ max: MAX_COMPILED });
  const recent = createBoundedCache<Template>({ max: MAX_RECENT, ttlMs: RECENT_MS });

  const findBy = (how: 'find' | 'hold') => async (stores: Stores, idOrKey: string) => {
    const possible = TEMPLATE_KEY.test(idOrKey) || /^\d{1,18}$/.test(idOrKey);
    const template = possible ? await stores.templates[how](idOrKey) : undefined;
    if (!template) throw new ApiError('template_not_found', `There is no template "${idOrKey.slice(0, 100)}".`);
    return template;
  };
  const find = findBy('find');
  return {
    find,
    hold: findBy('hold'),
    async recent(stores, idOrKey) {
      const known = recent.get(idOrKey);
      if (known) return known;
      const template = await find(stores, idOrKey);
      recent.set(idOrKey, template);
      return template;
    },
    toChange({ stores, onEnd }, idOrKey) {
      onEnd(() => {
        recent.clear();
      });
      return find(stores, idOrKey);
    },
    ...versionChoice(),
    async compiled(stores, { id, channel }, version) {
      const name = `${id}/${version}`;
      const known = compiledVersions.get(name);
      if (known) return known;
      const stored = await stores.versions.get(id, version);
      if (!stored) {
        throw invalidRequest([
          { pointer: '/version', code: 'unknown_version', detail: `names no version of the template: ${version}` },
        ]);
      }
      const compiled = engine.compile(channel, stored.content);
      compiledVersions.set(name, compiled);
      return compiled;
    },
    async check(channel, content) {
      const schema = contentSchemas[channel];
      const written = parsePart(schema, content, 'body', ['content']) as Content;
      try {
        return await engine.check(channel, written);
      } catch (error) {
        throw problemOf(error);
      }
    },
    render(compiled, values) {
      try {
        return compiled.render(values, Date.now());
      } catch (error) {
        throw problemOf(error);
      }
    },
  };
}
