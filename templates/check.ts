import { CONTENT_LIMITS, type Content, type EmailContent, type StoredContent } from '../domain/content';
import type { Channel } from '../domain/lane';
import { TemplateSyntaxError } from '../domain/template-error';
import { compileContent, type TemplateVariable } from './compile';
import { compileMjml } from './mjml';
import { compilePart } from './part';

/** Content that can be stored, and the variables it uses. */
export interface CheckedContent {
  readonly content: StoredContent;
  readonly variables: readonly TemplateVariable[];
}

async function compiledHtmlOf(mjml: string): Promise<string> {
  // First as the editor wrote it: what Liquid refuses is then told with the editor's lines.
  compilePart('mjml', mjml, 'html', CONTENT_LIMITS.html);
  const html = await compileMjml(mjml);
  try {
    compilePart('mjml', html, 'html', CONTENT_LIMITS.html);
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    throw new TemplateSyntaxError('mjml', 1, 1, `does not give working HTML: ${error.reason}`);
  }
  return html;
}

async function storedEmail({ subject, html, mjml, text }: EmailContent): Promise<StoredContent> {
  return {
    subject,
    ...(html === undefined ? {} : { html }),
    ...(mjml === undefined ? {} : { mjml }),
    ...(text === undefined ? {} : { text }),
    ...(mjml === undefined || html !== undefined ? {} : { compiledHtml: await compiledHtmlOf(mjml) }),
  };
}

/**
 * Checks content at save: parses every field, compiles MJML, finds the variables. Throws `TemplateSyntaxError` with field,
 * line and column. What it returns renders without MJML.
 */
export async function checkContent(channel: Channel, content: Content): Promise<CheckedContent> {
  const stored = channel === 'email' && 'subject' in content ? await storedEmail(content) : content;
  return { content: stored, variables: compileContent(channel, stored).variables };
}
