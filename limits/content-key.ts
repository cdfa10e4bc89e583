import { createHash } from 'node:crypto';
import type { Rendered } from '../domain/content';
import type { TemplateId } from '../domain/ids';
import type { Channel } from '../domain/lane';

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
  const hash = createHash('sha256');
  const fields = Object.entries(rendered).sort(([a], [b]) => (a < b ? -1 : 1)) as [string, string][];
  // Each part carries its length: `1` + `23` must not be `12` + `3`.
  for (const part of [String(templateId), channel, address, ...fields.flat(), ...attachments]) {
    hash.update(`${part.length}:${part}`);
  }
  return hash.digest('hex').slice(0, 32);
}
