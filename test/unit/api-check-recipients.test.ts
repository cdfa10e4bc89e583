import fc from 'fast-check';
import { checkRecipients, type RecipientRules } from '../../api/check-recipients';
import { compileContent } from '../../templates/compile';

const rules: RecipientRules = {
  channel: 'email',
  compiled: compileContent('email', { subject: 'S', html: '<p>{{ name }}</p>' }),
  shared: {},
  defaultRegion: 'CN',
  now: Date.UTC(2026, 10, 24),
};
const row = (to: string, more: object = {}) => ({ to, variables: { name: 'x' }, ...more });

describe('checkRecipients', () => {
  test('good rows become messages in order, with only their own variables', () => {
    const shared = { name: 'all' };
    const rows = [row('A@example.com', { id: 'u1', timezone: 'Asia/Tokyo' }), { to: 'b@example.com' }];
    const { messages, rejected } = checkRecipients(rows, { ...rules, shared });
    expect(rejected).toEqual([]);
    expect(messages).toMatchObject([
      { position: 0, recipientId: 'u1', address: 'a@example.com', timezone: 'Asia/Tokyo', variables: { name: 'x' } },
      { position: 1, address: 'b@example.com', variables: undefined },
    ]);
    expect(messages[0]!.id < messages[1]!.id).toBe(true);
  });

  test('the same mailbox twice is one message and one duplicate, also with a bad row between', () => {
    const { messages } = checkRecipients([row('a@example.com'), row('bad'), row('A@EXAMPLE.com')], rules);
    expect(messages.map(({ position, status }) => [position, status])).toEqual([
      [0, 'accepted'],
      [2, 'deduplicated'],
    ]);
  });

  test('a bad row tells all that is wrong with it in one sentence', () => {
    const { rejected } = checkRecipients([{ to: 'nonsense', id: 'u1' }], rules);
    expect(rejected).toEqual([
      {
        index: 0,
        id: 'u1',
        code: 'invalid_address',
        detail: 'to is not a valid email address; variables/name is missing: the template needs "name"',
      },
    ]);
  });

  test('a value of null counts as missing', () => {
    const { faults } = checkRecipients([{ to: 'a@example.com', variables: { name: null } }], rules);
    expect(faults).toMatchObject([{ pointer: '/recipients/0/variables/name', code: 'missing_variable' }]);
  });

  test('whatever the rows, each ends either as a message or as rejected, and none harms the others', () => {
    const good = row('good@example.com');
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.anything(), fc.constant(good)), { maxLength: 20 }), (rows) => {
        const { messages, rejected } = checkRecipients(rows, rules);
        const places = [...messages.map(({ position }) => position), ...rejected.map(({ index }) => index)];
        expect(places.sort((a, b) => a - b)).toEqual([...rows.keys()]);
        for (const [i, one] of rows.entries()) if (one === good) expect(messages.map((m) => m.position)).toContain(i);
      }),
    );
  });
});
