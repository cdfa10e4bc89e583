import { compile, type FormatCallback } from 'html-to-text';
import { Output } from 'liquidjs';
import { isLiteral } from './parse';
import type { Part } from './part';

const cell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addInline(' ');
};
/** The words of an image are its `alt`; its address tells a reader nothing. */
const alternative: FormatCallback = (element, _walk, builder) => {
  builder.addInline((element.attribs as Record<string, string> | undefined)?.['alt'] ?? '');
};

const toText = compile({
  wordwrap: false,
  // Far beyond any mail, and within the stack: html-to-text walks the tree by recursion.
  limits: { maxDepth: 500 },
  formatters: { cell, alternative },
  selectors: [
    { selector: 'title', format: 'skip' },
    // The preview line of a mail, as MJML hides it.
    { selector: '[style^="display:none"]', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'alternative' },
    { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** No word of a template looks like it (checked), and html-to-text treats it as any other word. */
const SLOT = 'lumq';
const SLOT_NUMBER = new RegExp(`${SLOT}(\\d+)z`);
const TAG =
  /<(?:\/[a-z][\w:-]*\s*|!doctype[^<>]*|[a-z][\w:-]*(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*\/?)>/gi;
const COMMENT = /<!--[\s\S]*?-->/g;
const ODD = /--!>|<(?:xmp|textarea|noscript|noembed|noframes|iframe|plaintext|svg|math|template)\b/i;
/** Attributes by which a value would change more than words: the numbering of a list, and whether something is hidden. */
const SHAPING = [new RegExp(`^<ol\\b.*${SLOT}`, 'is'), new RegExp(`style\\s*=\\s*["']${SLOT}`, 'i')];
/** A value that takes part in the layout like any word: not empty, single spaces inside, and no start that links drop. */
const WORDS = /^(?!#|mailto:)[^\s\u200b]+(?: [^\s\u200b]+)*$/;

/** True when every slot stands in text, in a comment or in a quoted attribute: places that an escaped value cannot leave. */
function slotsAreSafe(html: string): boolean {
  const comments = html.match(COMMENT) ?? [];
  const bare = html.replace(COMMENT, '');
  const tags = bare.match(TAG) ?? [];
  const exposed = (tag: string): boolean =>
    tag.replace(/"[^"]*"|'[^']*'/g, '').includes(SLOT) || SHAPING.some((attribute) => attribute.test(tag));
  if (comments.some((comment) => /^<!---?>/.test(comment)) || tags.some(exposed)) return false;
  return !ODD.test(bare) && !/<[a-z/!?]/i.test(bare.replace(TAG, ''));
}

/** The text of the HTML with a numbered slot for each value, if the text of every mail can be made by filling it in. */
function skeletonOf(part: Part): { pieces: string[]; count: number } | undefined {
  let count = 0;
  const numbers = new Map<string, number>();
  // The same output twice is the same slot, so that a link shown by its own address is recognised as such.
  const slot = (source: string): string => {
    const number = numbers.get(source) ?? count;
    numbers.set(source, number);
    count++;
    return `${SLOT}${number}z`;
  };
  let html = '';
  for (const template of part.templates) {
    if (isLiteral(template)) {
      for (const piece of template.pieces) {
        if (typeof piece !== 'string') html += slot(JSON.stringify(piece.initial));
        else if (piece.toLowerCase().includes(SLOT)) return undefined;
        else html += piece;
      }
    } else if (template instanceof Output && !template.value.filters.at(-1)?.raw) {
      html += slot(template.token.getText());
    } else {
      return undefined;
    }
  }
  return slotsAreSafe(html) ? { pieces: toText(html).split(SLOT_NUMBER), count } : undefined;
}

/**
 * The text part of HTML: same words, links in brackets. Converting a mail costs more than rendering it, so HTML without
 * Liquid tags is converted once and its values are filled in, as long as they are plain words; anything else is converted
 * mail by mail. Both ways give the same text, save that a link whose address equals its text by chance is shown twice.
 */
export function createTextDeriver(part: Part): (html: string, outputs: readonly string[]) => string {
  const skeleton = skeletonOf(part);
  if (!skeleton) return toText;
  const { pieces, count } = skeleton;
  return (html, outputs) => {
    if (outputs.length !== count || !outputs.every((output) => WORDS.test(output))) return toText(html);
    return pieces.map((piece, i) => (i % 2 ? (outputs[Number(piece)] ?? '') : piece)).join('');
  };
}
