import type { Keyword } from '../../domain/receipt';

/** Twilio's words, which other providers share: https://help.twilio.com/articles/223134027. Only a text of one word counts. */
const WORDS: Readonly<Record<Keyword, readonly string[]>> = {
  stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
  start: ['START', 'UNSTOP', 'YES'],
  help: ['HELP', 'INFO'],
};

/** What a text from a recipient asks for; `undefined` for any other text. */
export function keywordOf(text: string): Keyword | undefined {
  const word = text.trim().toUpperCase();
  return (Object.keys(WORDS) as Keyword[]).find((keyword) => WORDS[keyword].includes(word));
}
