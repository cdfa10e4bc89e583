/** Encodings that a file may be said to have; the first four are also found by themselves. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'gb18030',
  'gbk',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'windows-1252',
  'iso-8859-1',
] as const;
export type Encoding = (typeof ENCODINGS)[number];
