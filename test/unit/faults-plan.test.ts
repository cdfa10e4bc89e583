import { planSends } from '../../bench/faults/plan-sends';
import { createRandom } from '../../bench/faults/random';
import { rulesOf, SMS_STORIES } from '../../bench/faults/sms-acts';
import { actsOf, SMTP_ACTS, SMTP_STORIES, smtpStory } from '../../bench/faults/smtp-acts';

const plan = (seed: number) =>
  planSends({ messages: 400, overMs: 40_000, random: createRandom(seed), run: `s${seed}` });

describe('the plan of the fault suite', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'tells every story of both providers and names no message twice (seed %i)',
    (seed) => {
      const recipients = plan(seed).flatMap((send) => send.recipients);
      expect(recipients).toHaveLength(400);
      const names = new Set(recipients.map(({ story }) => story.name));
      expect([...SMTP_STORIES, ...SMS_STORIES].filter(({ name }) => !names.has(name))).toEqual([]);
      expect(new Set(recipients.map(({ mark }) => mark)).size).toBe(400);
    },
  );

  it('has every act of the faulty SMTP server in some story', () => {
    const used = new Set(['ok', ...SMTP_STORIES.flatMap(({ name }) => name.split('-'))]);
    expect(Object.keys(SMTP_ACTS).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('the script of the SMS sandbox', () => {
  it('plays each act of a story once for its number, and the last one for ever', () => {
    const story = SMS_STORIES.find(({ name }) => name === 'e20503-e21612');
    expect(rulesOf('+8613800000001', story!)).toEqual([
      { to: '^\\+8613800000001$', times: 1, behaviour: { kind: 'refuse', status: 503, code: 20503 } },
      { to: '^\\+8613800000001$', behaviour: { kind: 'refuse', status: 400, code: 21612 } },
    ]);
  });
});

describe('the acts of the faulty SMTP server', () => {
  it('are read from the local part of an address, in order', () => {
    const acts = actsOf('rcpt450-dotresetkept-ok.s1x17@example.com');
    expect(acts?.map(({ at, means }) => `${at} ${means}`)).toEqual(['RCPT again', 'dot lost', 'dot taken']);
    expect(actsOf('jane.doe@example.com')).toBeUndefined();
  });

  it.each([
    ['dot451-ok', { loses: false, end: 'taken' }],
    ['dotresetgone-rcpt550', { loses: true, end: 'refused' }],
    ['rcpt450', { loses: false, end: 'never' }],
  ])('make the story %s', (name, story) => {
    expect(smtpStory(name)).toEqual({ name, ...story });
  });

  it('are known, or the story is refused with those that are', () => {
    expect(() => smtpStory('rcpt999')).toThrow(/knows no "rcpt999".*rcpt450/);
  });
});
