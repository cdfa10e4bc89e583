import type { Story } from './story';

/** What the faulty server does with one mail, and when: at the command, at the first bytes of the mail, or after its final dot. */
export interface SmtpAct {
  readonly at: 'RCPT' | 'DATA' | 'body' | 'dot';
  /** A reply, or `hang` or `reset` instead of one. `421` also closes the connection. */
  readonly does: string;
  /** The server has the mail from then on. Default false. */
  readonly takes?: boolean;
  /** Waits so long before it answers, in milliseconds, beyond the usual delay. */
  readonly afterMs?: number;
  /** What the client may make of it: `again` is provably not sent, `lost` is a doubt. */
  readonly means: 'taken' | 'again' | 'lost' | 'refused';
}

const reply = (at: SmtpAct['at'], does: string, means: SmtpAct['means']): SmtpAct => ({ at, does, means });

/** The words from which addresses are made: the local part `rcpt450-ok.17` is refused once with 450 and taken then. */
export const SMTP_ACTS: Readonly<Record<string, SmtpAct>> = {
  ok: { at: 'dot', does: '250 2.0.0 queued', takes: true, means: 'taken' },
  slow: { at: 'dot', does: '250 2.0.0 queued', takes: true, afterMs: 1_500, means: 'taken' },
  rcpt421: reply('RCPT', '421 4.3.2 closing for maintenance', 'again'),
  rcpt450: reply('RCPT', '450 4.2.0 mailbox busy', 'again'),
  rcpt451: reply('RCPT', '451 4.3.0 try again later', 'again'),
  rcpt454: reply('RCPT', '454 4.7.0 temporary authentication failure', 'again'),
  rcpt550: reply('RCPT', '550 5.1.1 no such user', 'refused'),
  rcpt552: reply('RCPT', '552 5.2.2 mailbox full', 'refused'),
  rcpthang: reply('RCPT', 'hang', 'again'),
  data451: reply('DATA', '451 4.3.0 try again later', 'again'),
  datareset: reply('DATA', 'reset', 'again'),
  // A small mail may be written to its end before the client notices, so it cannot tell this from a lost answer.
  bodyreset: reply('body', 'reset', 'lost'),
  dot421: reply('dot', '421 4.3.2 closing for maintenance', 'again'),
  dot450: reply('dot', '450 4.2.0 mailbox busy', 'again'),
  dot451: reply('dot', '451 4.3.0 try again later', 'again'),
  dot452: reply('dot', '452 4.3.1 insufficient system storage', 'again'),
  dot552: reply('dot', '552 5.3.4 message too big', 'refused'),
  dot554: reply('dot', '554 5.6.0 content not accepted', 'refused'),
  dotresetgone: reply('dot', 'reset', 'lost'),
  dotresetkept: { ...reply('dot', 'reset', 'lost'), takes: true },
  dothanggone: reply('dot', 'hang', 'lost'),
  dothangkept: { ...reply('dot', 'hang', 'lost'), takes: true },
};

function actNamed(name: string): SmtpAct {
  const act = SMTP_ACTS[name];
  if (!act)
    throw new Error(`The faulty SMTP server knows no "${name}". It knows: ${Object.keys(SMTP_ACTS).join(', ')}.`);
  return act;
}

/** The acts that an address asks for, in order; the last one is repeated. `undefined`: its local part is no story. */
export function actsOf(address: string): SmtpAct[] | undefined {
  const words = address.slice(0, address.search(/[.@]/)).split('-');
  return words.every((word) => word in SMTP_ACTS) ? words.map(actNamed) : undefined;
}

/** The story of `dot451-ok` and the like. Throws on words that the server does not know. */
export function smtpStory(name: string): Story {
  const acts = name.split('-').map(actNamed);
  const last = acts.at(-1)?.means;
  const end = last === 'taken' || last === 'refused' ? last : 'never';
  return { name, loses: acts.some(({ means }) => means === 'lost'), end };
}

/** What mails meet besides being taken; every act is in one of them. */
export const SMTP_STORIES: readonly Story[] = [
  'slow',
  'rcpt421-ok',
  'rcpt450-rcpt451-ok',
  'rcpt454-ok',
  'rcpt550',
  'rcpt450-rcpt552',
  'rcpthang-ok',
  'data451-ok',
  'datareset-ok',
  'bodyreset-ok',
  'dot421-ok',
  'dot450-slow',
  'dot451-dot452-ok',
  'dot552',
  'dot451-dot554',
  'dotresetgone-ok',
  'dotresetkept-ok',
  'dothanggone-ok',
  'dothangkept-ok',
  'dotresetgone-rcpt550',
  'rcpt450',
].map(smtpStory);
