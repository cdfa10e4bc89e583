import { hash } from 'node:crypto';
import type { Rendered } from '../domain/content';
import type { TemplateId } from '../domain/ids';
import type { Channel } from '../domain/lane';

/** Names and values, in the order of the names; those of an object inside are written `name.inner`. */
function fieldsOf(value: object, prefix = ''): [string, string][] {
  const entries = Object.entries(value as Readonly<Record<string, string | object>>);
  return entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, inner]) =>
      typeof inner === 'string' ? [[prefix + name, inner]] : fieldsOf(inner, `${prefix}${name}.`),
    );
}

/**
 * Names "this content of this template to this address", the URLs of attachments included: equal if and only if all of them
 * are. 32 hexadecimal digits; nothing can be read back from it.
 */
export function contentKey(
  templateId: TemplateId,
  channel: Channel,
  address: string,
  rendered: Rendered,
  attachments: readonly string[] = [],
): string {
  const fields = fieldsOf(rendered);
  // Each part carries its length: `1` + `23` must not be `12` + `3`.
  let text = '';
  for (const part of [String(templateId), channel, address, ...fields.flat(), ...attachments]) {
    text += `${part.length}:${part}`;
  }
  return hash('sha256', text).slice(0, 32);
}
