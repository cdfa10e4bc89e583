import type { Story } from './story';

/** What the SMS sandbox does with one text, as its script says it (sandbox/script.ts), and what the client may make of it. */
interface SmsAct {
  readonly behaviour: Readonly<Record<string, unknown>>;
  readonly means: 'taken' | 'again' | 'lost' | 'refused';
}

const refuse = (means: SmsAct['means'], status: number, code: number, more = {}): SmsAct => ({
  behaviour: { kind: 'refuse', status, code, ...more },
  means,
});
const lose = (kind: 'crash' | 'hang' | 'reset', recorded: boolean): SmsAct => ({
  behaviour: { kind, recorded },
  means: 'lost',
});

/** The words of which stories are made. */
const SMS_ACTS: Readonly<Record<string, SmsAct>> = {
  ok: { behaviour: { kind: 'accept' }, means: 'taken' },
  slow: { behaviour: { kind: 'slow', ms: 1_500 }, means: 'taken' },
  undelivered: { behaviour: { kind: 'receipt', end: 'undelivered', errorCode: 30003 }, means: 'taken' },
  e20429: refuse('again', 429, 20429, { retryAfterSeconds: 2 }),
  e14107: refuse('again', 429, 14107),
  e20503: refuse('again', 503, 20503),
  // These park the account: the other one of the route takes over, and an operator has to look.
  e20003: refuse('again', 401, 20003),
  e21606: refuse('again', 400, 21606),
  e21211: refuse('refused', 400, 21211),
  e21408: refuse('refused', 400, 21408),
  e21610: refuse('refused', 400, 21610),
  e21612: refuse('refused', 400, 21612),
  e21614: refuse('refused', 400, 21614),
  e21617: refuse('refused', 400, 21617),
  crashgone: lose('crash', false),
  crashkept: lose('crash', true),
  hanggone: lose('hang', false),
  hangkept: lose('hang', true),
  resetgone: lose('reset', false),
  resetkept: lose('reset', true),
};

function actNamed(name: string): SmsAct {
  const act = SMS_ACTS[name];
  if (!act) throw new Error(`There is no SMS act "${name}". There are: ${Object.keys(SMS_ACTS).join(', ')}.`);
  return act;
}

const actsOf = (name: string): SmsAct[] => name.split('-').map(actNamed);

function smsStory(name: string): Story {
  const acts = actsOf(name);
  const last = acts.at(-1)?.means;
  const end = last === 'taken' || last === 'refused' ? last : 'never';
  return { name, loses: acts.some(({ means }) => means === 'lost'), end };
}

/** What texts meet besides being taken. */
export const SMS_STORIES: readonly Story[] = [
  'slow',
  'undelivered',
  'e20429-ok',
  'e14107-ok',
  'e20503-slow',
  'e20003-ok',
  'e21606-ok',
  'e21211',
  'e21408',
  'e21610',
  'e20503-e21612',
  'e21614',
  'e21617',
  'crashgone-ok',
  'crashkept-ok',
  'hanggone-ok',
  'hangkept-ok',
  'resetgone-ok',
  'resetkept-ok',
  'resetgone-e21211',
  'e20503',
].map(smsStory);

/** A rule of the sandbox's script: for one recipient, so many times. */
interface SmsRule {
  readonly to: string;
  readonly times?: number;
  readonly behaviour: SmsAct['behaviour'];
}

/** The rules that tell this story to this number: each act once, the last one for ever. */
export function rulesOf(to: string, { name }: Story): SmsRule[] {
  const acts = actsOf(name);
  return acts.map(({ behaviour }, i) => ({
    to: `^\\${to}$`,
    behaviour,
    ...(i === acts.length - 1 ? {} : { times: 1 }),
  }));
}
