import type { Channel } from '../../domain/lane';

/** The file up to the second line end, or so much of it. */
const HEAD_BYTES = 64 * 1024;
const ADDRESS_COLUMN = 'userid';
const cellsOf = (line: string, separator: string): string[] =>
  line.split(separator).map((cell) => cell.trim().replace(/^"|"$/g, ''));

function isWhole(head: Buffer): boolean {
  return head.length >= HEAD_BYTES || head.toString('latin1').split('\n').length > 2;
}

/** Email when the first `userId` has an at sign; of a file that says nothing, SMS. */
function channelOfHead(head: Buffer): Channel {
  // Names and separators are ASCII in every encoding that is read; of UTF-16 the zeros are in the way.
  const text = head.toString('latin1').replace(/\0/g, '');
  const [names = '', ...rows] = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  for (const separator of [',', ';', '\t']) {
    const column = cellsOf(names, separator).findIndex((name) => name.toLowerCase().endsWith(ADDRESS_COLUMN));
    const [first = ''] = rows.flatMap((row) => cellsOf(row, separator)[column] || []);
    if (column >= 0 && first !== '') return first.includes('@') ? 'email' : 'sms';
  }
  return 'sms';
}

/** The channel that the addresses of a file look like, and the whole file again. */
export async function guessChannel(
  content: AsyncIterable<Buffer>,
): Promise<{ channel: Channel; content: AsyncIterable<Buffer> }> {
  const pieces = content[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let ended = false;
  while (!ended && !isWhole(head)) {
    const piece = await pieces.next();
    if (piece.done) ended = true;
    else head = Buffer.concat([head, piece.value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (let piece = ended ? undefined : await pieces.next(); piece && !piece.done; piece = await pieces.next()) {
      yield piece.value;
    }
  }
  return { channel: channelOfHead(head), content: whole() };
}
