import { createTestSystem, type TestSystem } from '../support/test-system';

describe('the life of a send', () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await createTestSystem();
  });
  afterAll(() => system.close());

  it('goes from acceptance to the mailbox with 14 events of history', async () => {
    const template = await system.template();
    const send = await system.send(template, ['ada@example.com'], { variables: { order: 'A-1' } });
    const [message] = await system.final(send.messages);
    expect(message).toMatchObject({ status: 'sent', attempt: 1, reason: null });
    expect(system.sink.mails.map(({ to, messageId }) => ({ to, messageId }))).toEqual([
      { to: 'ada@example.com', messageId: `<${send.messages[0]}@luminate.example>` },
    ]);
  });
});
