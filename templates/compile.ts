import {
  CONTENT_LIMITS,
  type Rendered,
  type SmsContent,
  type StoredContent,
  type StoredEmailContent,
  type Variables,
} from '../domain/content';
import type { Channel } from '../domain/lane';
import { MissingVariablesError, RenderError, TemplateSyntaxError } from '../domain/template-error';
import { createTextDeriver } from './derive-text';
import { compilePart, missingIn, missingOf, type Part } from './part';

/** A top-level name that the content uses. Required means: with no values at all, rendering would fail for want of it. */
export interface TemplateVariable {
  readonly name: string;
  readonly required: boolean;
}

/** Content ready to be rendered any number of times, each time in tens of microseconds. */
export interface CompiledTemplate {
  /** The names used, in order of appearance (subject, HTML, text). */
  readonly variables: readonly TemplateVariable[];
  /**
   * What a recipient with these values gets; `at` (epoch milliseconds) is what "now" means in it. Synchronous and
   * deterministic. Throws `MissingVariablesError` or `RenderError`.
   */
  render(values: Variables, at: number): Rendered;
  /**
   * The names without which `render` would throw `MissingVariablesError` for these values; `null` counts as absent. Cheap
   * when every name has a value; otherwise it renders to find out.
   */
  missing(values: Variables, at: number): string[];
}

function allMissing(parts: readonly Part[], values: Variables, at: number): string[] {
  return [...new Set(parts.flatMap((part) => missingIn(part, values, at)))];
}

function createCompiled(
  parts: readonly Part[],
  assemble: (values: Variables, at: number) => Rendered,
): CompiledTemplate {
  let variables: readonly TemplateVariable[] | undefined;
  let plain: boolean | undefined;
  const compiled: CompiledTemplate = {
    get variables() {
      if (!variables) {
        const required = new Set(allMissing(parts, {}, 0));
        const names = [...new Set(parts.flatMap((part) => part.variables()))];
        variables = names.map((name) => ({ name, required: required.has(name) }));
      }
      return variables;
    },
    render(values, at) {
      try {
        return assemble(values, at);
      } catch (error) {
        if (!missingOf(error)) throw error;
        throw new MissingVariablesError(allMissing(parts, values, at));
      }
    },
    missing(values, at) {
      plain ??= parts.every((part) => part.isPlain());
      const given = (name: string): boolean =>
        Object.hasOwn(values, name) && values[name] !== null && values[name] !== undefined;
      if (plain && compiled.variables.every(({ name }) => given(name))) return [];
      return allMissing(parts, values, at);
    },
  };
  return compiled;
}

function compileSms({ text: source, vendor }: SmsContent): CompiledTemplate {
  const part = compilePart('text', source, 'plain', CONTENT_LIMITS.smsText);
  const params = Object.entries(vendor?.params ?? {}).map(
    ([name, param]) =>
      [name, compilePart(`vendor/params/${name}`, param, 'plain', CONTENT_LIMITS.vendorParam)] as const,
  );
  return createCompiled([part, ...params.map(([, param]) => param)], (values, at) => {
    const text = part.render(values, at).text.replace(/\r\n?/g, '\n');
    if (text.trim() === '') throw new RenderError('text', 'is empty with these values');
    if (!vendor) return { channel: 'sms', text };
    const rendered = params.map(([name, param]) => [name, param.render(values, at).text] as const);
    return {
      channel: 'sms',
      text,
      vendor: { ...vendor, ...(vendor.params === undefined ? {} : { params: Object.fromEntries(rendered) }) },
    };
  });
}

/** The HTML to render, by the field it was written in. Throws unless there is exactly one. */
function htmlOf(content: StoredEmailContent): { field: 'html' | 'mjml'; source: string } {
  if (content.html !== undefined && content.mjml !== undefined) {
    throw new TemplateSyntaxError('mjml', 1, 1, 'cannot be given together with html; give one of them');
  }
  if (content.mjml === undefined) {
    if (!content.html?.trim()) throw new TemplateSyntaxError('html', 1, 1, 'is empty; give html or mjml');
    return { field: 'html', source: content.html };
  }
  if (content.compiledHtml === undefined) {
    throw new TemplateSyntaxError('mjml', 1, 1, 'has not been compiled to HTML; save the content again');
  }
  return { field: 'mjml', source: content.compiledHtml };
}

/** Line breaks and other control characters would end the header: they become one space. */
function subjectLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function compileEmail(content: StoredEmailContent): CompiledTemplate {
  if (content.subject.trim() === '') throw new TemplateSyntaxError('subject', 1, 1, 'is empty');
  const subject = compilePart('subject', content.subject, 'plain', CONTENT_LIMITS.subject);
  const { field, source } = htmlOf(content);
  const html = compilePart(field, source, 'html', CONTENT_LIMITS.html);
  const own = content.text?.trim() ? compilePart('text', content.text, 'plain', CONTENT_LIMITS.text) : undefined;
  const derive = own ? undefined : createTextDeriver(html);
  return createCompiled(own ? [subject, html, own] : [subject, html], (values, at) => {
    const line = subjectLine(subject.render(values, at).text);
    if (line === '') throw new RenderError('subject', 'is empty with these values');
    const body = html.render(values, at);
    const text = own ? own.render(values, at).text : derive?.(body.text, body.outputs);
    // A mail of nothing but pictures: the subject is the one text there is.
    return { channel: 'email', subject: line, html: body.text, text: text?.trim() ? text : line };
  });
}

/**
 * Parses content as it is stored, once for many renders; compiles no MJML. Throws `TemplateSyntaxError`. An email without a
 * text of its own gets one made from its HTML; line breaks in a rendered subject become a space.
 */
export function compileContent(channel: Channel, content: StoredContent): CompiledTemplate {
  if (channel === 'email') {
    if (!('subject' in content))
      throw new TemplateSyntaxError('subject', 1, 1, 'is missing: the template is for email');
    return compileEmail(content);
  }
  if ('subject' in content)
    throw new TemplateSyntaxError('subject', 1, 1, 'does not belong here: the template is for SMS');
  if (content.text.trim() === '') throw new TemplateSyntaxError('text', 1, 1, 'is empty');
  return compileSms(content);
}
