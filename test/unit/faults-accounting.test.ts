import { settleAccounts, type Account, type Evidence, type Told, type Wanted } from '../../bench/faults/accounting';
import type { Outage } from '../../bench/faults/parts';
import { smtpStory } from '../../bench/faults/smtp-acts';
import type { Attempt, HandOver } from '../../domain/hand-over';
import { newId } from '../../domain/ids';

const NOW = Date.parse('2026-11-25T12:00:00Z');

const wanted = (change: Partial<Wanted> = {}): Wanted => ({
  id: 'msg_1',
  story: smtpStory('ok'),
  resends: false,
  expires: false,
  short: false,
  recall: undefined,
  ...change,
});

const attempt = (answer: Pick<HandOver, 'class' | 'code'> & Partial<HandOver>, n = 1): Attempt => ({
  n,
  accountId: newId('acc'),
  account: 'a',
  why: 'only account of the route',
  startedAt: NOW - 60_000,
  endedAt: NOW - 40_000,
  detail: '',
  ...answer,
});
const ACCEPTED = attempt({ class: 'accepted', code: '250' });
const STOPPED = attempt({
  class: 'ambiguous',
  code: 'answer_lost',
  detail: 'the worker stopped: handed over without an answer',
});
const LOST = attempt({ class: 'ambiguous', code: 'connection_lost' });

const told = (change: Partial<Told> = {}): Told => ({
  id: 'msg_1',
  status: 'sent',
  reason: null,
  dueAt: null,
  attempts: [ACCEPTED],
  steps: [],
  ...change,
});
const unknown = (one: Attempt, change: Partial<Told> = {}): Told =>
  told({
    status: 'unknown',
    reason: 'answer_lost',
    attempts: [one],
    steps: [{ step: `attempted:${one.n}`, status: 'unknown', text: `attempt ${one.n}: a answered ${one.code}` }],
    ...change,
  });

const KILL: Outage = { part: 'worker-1', kind: 'worker', how: 'kill', from: NOW - 59_000, until: NOW - 55_000 };

/** The account of one message that was taken `copies` times. */
function settle(want: Wanted, tell: Told | undefined, copies: number, outages: readonly Outage[] = []): Account {
  const taken: Evidence['taken'] = new Map(
    copies > 0 ? [[want.id, Array.from({ length: copies }, () => ({ mark: want.id, at: NOW, told: true }))]] : [],
  );
  return settleAccounts({ wanted: [want], told: new Map(tell && [[tell.id, tell]]), taken, outages, now: NOW });
}

/** Which lists have an entry. */
const faultsOf = ({ lost, duplicated, unexplained, wrong, waiting }: Account): string[] =>
  Object.entries({ lost, duplicated, unexplained, wrong, waiting }).flatMap(([kind, lines]) =>
    lines.length ? [kind] : [],
  );

describe('the account of the fault suite', () => {
  it.each([
    ['sent and taken once', wanted(), told(), 1],
    [
      'refused and not taken',
      wanted({ story: smtpStory('rcpt550') }),
      told({ status: 'failed', reason: 'refused' }),
      0,
    ],
    ['a lost answer that the story has, held', wanted({ story: smtpStory('dotresetkept-ok') }), unknown(LOST), 1],
    [
      'a lost answer, sent again by policy',
      wanted({ story: smtpStory('dotresetkept-ok'), resends: true }),
      told({ attempts: [LOST, attempt({ class: 'accepted', code: '250' }, 2)] }),
      2,
    ],
    [
      'recalled in time',
      wanted({ recall: 'recalled' }),
      told({ status: 'recalled', reason: 'recalled', attempts: [] }),
      0,
    ],
    ['recalled too late', wanted({ recall: 'too_late' }), told(), 1],
  ])('finds nothing in a message that was %s', (_, want, tell, copies) => {
    expect(faultsOf(settle(want, tell, copies))).toEqual([]);
  });

  it.each<[string, Wanted, Told | undefined, number, string]>([
    ['does not exist', wanted(), undefined, 0, 'lost'],
    ['is sent, but was not taken', wanted(), told(), 0, 'lost'],
    ['is still accepted', wanted(), told({ status: 'accepted', attempts: [] }), 0, 'lost'],
    [
      'waits for a time that has passed',
      wanted(),
      told({ status: 'deferred', reason: 'retry', dueAt: NOW - 1 }),
      0,
      'lost',
    ],
    ['waits for its time', wanted(), told({ status: 'deferred', reason: 'retry', dueAt: NOW + 1 }), 0, 'waiting'],
    ['was taken twice', wanted(), told(), 2, 'duplicated'],
    ['was taken twice without a doubt, though its policy resends', wanted({ resends: true }), told(), 2, 'duplicated'],
    [
      'failed, but was taken',
      wanted({ story: smtpStory('rcpt550') }),
      told({ status: 'failed', reason: 'refused' }),
      1,
      'wrong',
    ],
    ['failed for no reason of its story', wanted(), told({ status: 'failed', reason: 'refused' }), 0, 'wrong'],
    ['was said to be recalled, but is sent', wanted({ recall: 'recalled' }), told(), 1, 'wrong'],
    [
      'is recalled though the answer was too late',
      wanted({ recall: 'too_late' }),
      told({ status: 'recalled' }),
      0,
      'wrong',
    ],
    ['lost an answer that its provider gave', wanted(), unknown(LOST), 1, 'unexplained'],
    ['is in doubt though no worker stopped', wanted(), unknown(STOPPED), 1, 'unexplained'],
    [
      'is in doubt and its timeline is silent',
      wanted({ story: smtpStory('dotresetkept-ok') }),
      unknown(LOST, { steps: [] }),
      1,
      'unexplained',
    ],
  ])('finds a message that %s', (_, want, tell, copies, fault) => {
    expect(faultsOf(settle(want, tell, copies))).toContain(fault);
  });

  it('explains a doubt by what ended while the attempt was under way, and by nothing that ended before or after', () => {
    const killedAt = (from: number) => settle(wanted(), unknown(STOPPED), 1, [{ ...KILL, from, until: from + 1_000 }]);
    expect(faultsOf(killedAt(NOW - 59_000))).toEqual([]);
    expect(faultsOf(killedAt(NOW - 120_000))).toEqual(['unexplained']);
    expect(faultsOf(killedAt(NOW - 10_000))).toEqual(['unexplained']);
    const redis: Outage = { ...KILL, part: 'redis', kind: 'redis' };
    expect(faultsOf(settle(wanted(), unknown(STOPPED), 1, [redis]))).toEqual(['unexplained']);
  });

  it('finds what a provider took and nobody had accepted', () => {
    const taken = new Map([['msg_2', [{ mark: 'msg_2', at: NOW, told: true }]]]);
    const account = settleAccounts({ wanted: [], told: new Map(), taken, outages: [], now: NOW });
    expect(account.wrong).toEqual([expect.stringContaining('msg_2')]);
  });
});
