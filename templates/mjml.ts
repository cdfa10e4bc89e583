import { TypeGuards } from 'liquidjs';
import { TemplateSyntaxError } from '../domain/template-error';
import { createEngine } from './liquid-engine';
import { PLACEHOLDER, tokensOf } from './parse';

/** One piece of Liquid (or `{$name}`) in a source: where it begins, and what it says. */
interface Span {
  readonly begin: number;
  readonly text: string;
}

const engine = createEngine(true);

function liquidIn(source: string): Span[] {
  return tokensOf(source, engine).flatMap((token) => {
    if (!TypeGuards.isHTMLToken(token)) return { begin: token.begin, text: token.getText() };
    return [...token.getText().matchAll(PLACEHOLDER)].map((match) => ({
      begin: token.begin + match.index,
      text: match[0],
    }));
  });
}

/** A word that MJML passes through wherever text may stand. */
function wordFor(source: string): string {
  let word = 'lumv';
  while (source.toLowerCase().includes(word)) word += 'v';
  return word;
}

function refusal(source: string, offset: number, reason: string): TemplateSyntaxError {
  const before = source.slice(0, offset).split('\n');
  return new TemplateSyntaxError('mjml', before.length, (before.at(-1)?.length ?? 0) + 1, reason);
}

interface Protected {
  readonly mjml: string;
  readonly spans: readonly Span[];
  /** Numbers of the spans that a text made from `mjml` still holds. */
  readonly kept: (text: string) => Set<number>;
  /** Puts Liquid back, into any text made from `mjml`. */
  readonly restore: (text: string) => string;
}

/** The source with words in place of Liquid, which MJML does not know and would drop, move or take for markup. */
function protect(source: string): Protected {
  const spans = liquidIn(source);
  const word = wordFor(source);
  let mjml = '';
  let end = 0;
  for (const [i, { begin, text }] of spans.entries()) {
    mjml += `${source.slice(end, begin)}${word}${i}z`;
    end = begin + text.length;
  }
  const words = new RegExp(`${word}(\\d+)z`, 'g');
  return {
    mjml: mjml + source.slice(end),
    spans,
    kept: (text) => new Set([...text.matchAll(words)].map((match) => Number(match[1]))),
    restore: (text) => text.replace(words, (_, number: string) => spans[Number(number)]?.text ?? ''),
  };
}

const MJ_TAG = /<(\/?)(mj[\w-]*)(?:"[^"]*"|'[^']*'|[^"'>])*?(\/?)>/g;

/** The first element that is not closed where it should be: MJML would silently drop what is in it. */
function unclosedIn(mjml: string): { name: string; offset: number } | undefined {
  const open: { name: string; offset: number }[] = [];
  const withoutComments = mjml.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '));
  for (const { 1: closing, 2: name = '', 3: selfClosing, index: offset } of withoutComments.matchAll(MJ_TAG)) {
    if (selfClosing) continue;
    if (!closing) {
      open.push({ name, offset });
    } else {
      const last = open.pop();
      if (last?.name !== name) return last ?? { name: `/${name}`, offset };
    }
  }
  return open.at(-1);
}

/** Where `tag` begins in a line of the MJML, or the line where it does not show. */
function offsetOf(mjml: string, line: number, tag: string): number {
  const lines = mjml.split('\n');
  const before = lines.slice(0, line - 1).reduce((length, text) => length + text.length + 1, 0);
  return before + Math.max(0, (lines[line - 1] ?? '').indexOf(`<${tag}`));
}

/**
 * The HTML template of an MJML template: Liquid stays where it was, in text and attributes. No file is read and no web font
 * is linked unless the source says so. Throws `TemplateSyntaxError` for what MJML refuses, and for Liquid between elements,
 * which MJML would silently drop: it belongs inside text, an attribute or `<mj-raw>`.
 */
export async function compileMjml(source: string): Promise<string> {
  const include = source.indexOf('<mj-include');
  if (include >= 0) throw refusal(source, include, '<mj-include> is not available; paste its content here');
  const { mjml, spans, kept, restore } = protect(source);
  // Liquid that spans lines is one word in `mjml`, so positions in it are not yet those of the source.
  const refuse = (offset: number, reason: string): TemplateSyntaxError =>
    refusal(source, restore(mjml.slice(0, offset)).length, restore(reason));
  const unclosed = unclosedIn(mjml);
  if (unclosed) throw refuse(unclosed.offset, `<${unclosed.name}> has no partner tag; open and close every element`);
  // Half a second to load, and only needed when somebody edits a template.
  const { default: mjml2html } = await import('mjml');
  const { html, errors } = await mjml2html(mjml, { validationLevel: 'soft', ignoreIncludes: true, fonts: {} }).catch(
    (error: unknown) => {
      throw refuse(0, `is not an MJML document: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  const [error] = errors;
  if (error) throw refuse(offsetOf(mjml, error.line, error.tagName), `<${error.tagName}>: ${error.message}`);
  const found = kept(html);
  const lost = spans.find((_, i) => !found.has(i));
  if (lost) {
    const reason = `${lost.text} stands between MJML elements, where it has no effect; wrap it in <mj-raw>`;
    throw refusal(source, lost.begin, reason);
  }
  return restore(html);
}
