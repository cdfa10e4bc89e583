/** So many characters of a name are kept. */
const LONGEST = 200;

/**
 * A name that somebody gave a file, fit to be kept and shown: without its folders, control and invisible characters, dots at its
 * beginning; at most 200 characters. `fallback` where nothing is left.
 */
export function cleanFileName(given: string, fallback: string): string {
  const [last = ''] = given
    .split(/[/\\]/)
    .map((part) => part.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim())
    .filter((part) => part !== '')
    .slice(-1);
  const name = last.replace(/^[.\s]+/, '');
  return Array.from(name).slice(0, LONGEST).join('').trim() || fallback;
}
