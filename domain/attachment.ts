/** A file that the emails of a send carry; fetched when they are handed over. */
export interface Attachment {
  /** As `parseAttachmentUrl` gives it. */
  readonly url: string;
  /** Default: the last part of the path of `url`. */
  readonly filename?: string | undefined;
  /** Default: what the host says. */
  readonly contentType?: string | undefined;
}

/** Attachments of one send at most, and the longest URL and name, in UTF-16 characters. */
export const ATTACHMENT_LIMITS = { count: 10, url: 2048, filename: 150 } as const;

/** The normal form of a URL, or why it is not taken: a stable code, and words that go on from the name of its place. */
export type ParsedAttachmentUrl =
  { readonly ok: true; readonly url: string } | { readonly ok: false; readonly code: string; readonly reason: string };

/** `Files.example.com.` and `files.example.com` are one host. */
const withoutRootDot = (hostname: string): string => hostname.replace(/\.$/, '');

/**
 * Reads the URL of an attachment and gives its normal form, without fragment. Only https to a host with a name: an address in
 * any of its forms (`2130706433`, `0x7f.1`, `[::1]`) is refused, as are credentials.
 */
export function parseAttachmentUrl(text: string): ParsedAttachmentUrl {
  const url = /[\s\p{Cc}]/u.test(text) ? null : parse(text);
  if (!url) return faulty('invalid_url', 'must be a URL such as https://files.example.com/invoice.pdf');
  if (url.protocol !== 'https:') return faulty('not_https', 'must begin with https://');
  if (url.username !== '' || url.password !== '') {
    return faulty('credentials_in_url', 'must not contain a user name or password');
  }
  url.hostname = withoutRootDot(url.hostname);
  if (/^\[|^\d+\.\d+\.\d+\.\d+$/.test(url.hostname)) {
    return faulty('host_not_allowed', 'must name its host, not an IP address');
  }
  url.hash = '';
  if (url.href.length <= ATTACHMENT_LIMITS.url) return { ok: true, url: url.href };
  return faulty('too_big', `must have at most ${ATTACHMENT_LIMITS.url} characters, special ones encoded`);
}

const faulty = (code: string, reason: string): ParsedAttachmentUrl => ({ ok: false, code, reason });

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** A host of the rule as URLs have it: lower case, international names encoded, port 443 left out. */
function asInUrl(host: string): string {
  return parse(`https://${host}`)?.host ?? host;
}

/**
 * True when a URL that `parseAttachmentUrl` gave leads to one of the hosts: `files.example.com`, or `*.example.com` for every
 * name below it, but not itself. A port other than 443 must be named: `files.example.com:8443`.
 */
export function isAllowedHost(url: string, hosts: readonly string[]): boolean {
  const { host } = new URL(url);
  return hosts.some((allowed) =>
    allowed.startsWith('*.') ? host.endsWith(`.${asInUrl(allowed.slice(2))}`) : host === asInUrl(allowed),
  );
}

/** Names that would turn the reading direction pretend another ending: `invoice\u202Efdp.exe` reads `invoiceexe.pdf`. */
const DECEPTIVE = /[\u202A-\u202E\u2066-\u2069]/;

/** What is wrong with the name of a file, in words that go on from the name of its place; `undefined`: nothing. */
export function filenameFault(name: string): string | undefined {
  if (name.trim() === '' || name === '.' || name === '..') return 'must name a file';
  if (name.length > ATTACHMENT_LIMITS.filename) return `must have at most ${ATTACHMENT_LIMITS.filename} characters`;
  if (/[/\\]/.test(name)) return 'must not contain / or \\';
  return /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name) || DECEPTIVE.test(name)
    ? 'must not contain control characters'
    : undefined;
}

function nameInUrl(url: string): string | undefined {
  const encoded = new URL(url).pathname.split('/').pop() ?? '';
  try {
    const name = decodeURIComponent(encoded);
    return filenameFault(name) === undefined ? name : undefined;
  } catch {
    return undefined;
  }
}

/** One name for each attachment, in order: given, else from the URL, else `attachment-1`. Equal ones get a number: `a (2).pdf`. */
export function filenamesOf(attachments: readonly Attachment[]): string[] {
  const taken = new Set<string>();
  return attachments.map(({ url, filename }, i) => {
    const wanted = filename ?? nameInUrl(url) ?? `attachment-${i + 1}`;
    const dot = wanted.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, ''];
    let name = wanted;
    // Without regard to case: so do the disks on which they are saved.
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem} (${n})${ending}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

const CONTENT_TYPE =
  /^((?:application|audio|font|image|model|text|video)\/[a-z0-9][a-z0-9.+_-]{0,100})\s*(?:;\s*(?:charset="?([a-z0-9._-]{1,40})"?)?.*)?$/i;

/** The media type that a text names, with its character set, other parameters left out; `undefined`: none that a file can have. */
export function contentTypeOf(text: string | undefined): string | undefined {
  const [, type, charset] = CONTENT_TYPE.exec(text?.trim() ?? '') ?? [];
  if (type === undefined) return undefined;
  return `${type.toLowerCase()}${charset === undefined ? '' : `; charset=${charset.toLowerCase()}`}`;
}
