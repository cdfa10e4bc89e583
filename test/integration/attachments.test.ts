import { setTimeout as sleep } from 'node:timers/promises';
import { createFileSource } from '../../channels/email/file-source';
import type { AttachmentsRule } from '../../domain/rules';
import type { MessageId } from '../../domain/ids';
import { startFileHost, type FileHost } from '../support/file-host';
import { createSystemApi } from '../support/system-api';
import type { TestApi } from '../support/test-api';
import { createTestSystem, type TestSystem } from '../support/test-system';

const MAX_BYTES = 100_000;

describe('attachments', () => {
  let host: FileHost;
  let system: TestSystem;
  let api: TestApi;

  beforeAll(async () => {
    host = await startFileHost();
    const files = createFileSource({ ...host.network, timeoutMs: 1_000 });
    system = await createTestSystem({ given: { files }, withoutRelay: true });
    api = await createSystemApi(system);
  });
  afterAll(async () => {
    await api.close();
    await system.close();
    await host.close();
  });
  beforeEach(async () => {
    await allow({ hosts: [host.host], maxBytes: MAX_BYTES });
    host.requests.length = 0;
    system.sink.onMail = () => undefined;
  });

  /** Sets the rule, and waits until API and worker go by it. */
  async function allow(rule: AttachmentsRule): Promise<void> {
    const readers = [api.deps.rules, system.deps.rules];
    const others = () =>
      readers.filter((reader) => JSON.stringify(reader.current().attachments) !== JSON.stringify(rule));
    if (others().length > 0) {
      await system.db.database.stores.rules.add({ name: 'attachments', author: 'system' }, () => rule);
    }
    while (others().length > 0) await sleep(20);
  }
  const mailsTo = (address: string) => system.sink.mails.filter(({ to }) => to === address);
  const textsOf = async (id: MessageId): Promise<string[]> => {
    const { steps } = (await api.shop.get(`/v1/messages/${id}/timeline`)).body;
    return steps.map(({ text }: { text: string }) => text);
  };
  /** A send to `to` with the files of these paths. */
  const send = async (to: string[], ...paths: string[]) =>
    system.send(await system.template(), to, { attachments: paths.map((path) => ({ url: host.url(path) })) });
  const waiting = async (id: MessageId) => {
    for (let i = 0; i < 600; i++) {
      const message = await system.message(id);
      if (message.status === 'deferred') return message;
      await sleep(50);
    }
    throw new Error(`${id} does not wait`);
  };

  it('of a send reach every recipient, byte by byte, under their names, fetched once; the timeline tells of them', async () => {
    const pdf = Buffer.concat([
      Buffer.from('%PDF\r\n.\r\n'),
      Buffer.from(Array.from({ length: 33_000 }, (_, i) => i % 256)),
    ]);
    const csv = Buffer.from('Größe;42\n', 'latin1');
    host.on('/v/invoice.pdf?sig=a', pdf, { 'Content-Type': 'application/pdf' });
    host.on('/v/list', csv, { 'Content-Type': 'text/plain' });
    host.on('/w/invoice.pdf', Buffer.from('2'));
    const template = await system.template();
    const accepted = await api.shop.post('/v1/sends', {
      template: template.key,
      variables: { order: 1 },
      recipients: [{ to: 'ann@example.com' }, { to: 'ben@example.com' }],
      attachments: [
        { url: `${host.url('/v/invoice.pdf?sig=a')}#page=2` },
        { url: host.url('/v/list'), filename: 'Größen 發票.csv', contentType: 'text/csv; charset=ISO-8859-1' },
        { url: host.url('/w/invoice.pdf') },
      ],
    });
    const ids: MessageId[] = accepted.body.messages.map(({ id }: { id: MessageId }) => id);
    expect(await system.final(ids)).toMatchObject([
      { status: 'sent', attempt: 1 },
      { status: 'sent', attempt: 1 },
    ]);
    expect(host.requests).toEqual(['/v/invoice.pdf?sig=a', '/v/list', '/w/invoice.pdf']);
    for (const to of ['ann@example.com', 'ben@example.com']) {
      const [mail, ...more] = mailsTo(to);
      expect(more).toEqual([]);
      expect(mail!.parsed.text).toContain('Order 1');
      const parts = mail!.parsed.attachments.map(({ filename, contentType, contentDisposition, content }) => ({
        filename,
        contentType,
        contentDisposition,
        content,
      }));
      const contentDisposition = 'attachment';
      expect(parts).toEqual([
        { filename: 'invoice.pdf', contentType: 'application/pdf', contentDisposition, content: pdf },
        { filename: 'Größen 發票.csv', contentType: 'text/csv', contentDisposition, content: csv },
        { filename: 'invoice (2).pdf', contentType: 'application/pdf', contentDisposition, content: Buffer.from('2') },
      ]);
    }
    const texts = await textsOf(ids[0]!);
    const told = texts.indexOf('carries 3 attachments (33 KB)');
    expect(texts[told - 1]).toMatch(/^allowed/);
    expect(texts[told + 1]).toMatch(/^claimed for attempt 1/);
    expect((await api.shop.get(`/v1/sends/${accepted.body.id}`)).body.attachments).toEqual([
      { url: host.url('/v/invoice.pdf?sig=a') },
      { url: host.url('/v/list'), filename: 'Größen 發票.csv', contentType: 'text/csv; charset=iso-8859-1' },
      { url: host.url('/w/invoice.pdf') },
    ]);
  });

  it('that are gone end their emails, unclaimed and with the reason, and harm no others', async () => {
    host.on('/good', Buffer.from('good'));
    const bad = await send(['gone@example.com', 'gone2@example.com'], '/good', '/gone');
    const good = await send(['kept@example.com'], '/good');
    const words = `attachment 2 of 2 from ${host.host}: the host answered 404`;
    const failed = { status: 'failed', reason: 'attachment_refused', attempt: 0, attempts: [], detail: { words } };
    expect(await system.final([...bad.messages, ...good.messages])).toMatchObject([failed, failed, { status: 'sent' }]);
    expect(mailsTo('gone@example.com')).toEqual([]);
    expect((await textsOf(bad.messages[0]!)).at(-1)).toBe(`failed: attachment_refused ${words}`);
    expect(host.requests.filter((path) => path === '/gone')).toHaveLength(1);
    const metrics = await system.deps.registry.metrics();
    expect(metrics).toMatch(/luminate_attachments_total{lane="email.notice",outcome="refused"} 1/);
  });

  it('that are too large one by one or together are refused; those just small enough are sent', async () => {
    host.on('/60', Buffer.alloc(60_000));
    host.on('/40', Buffer.alloc(40_000));
    host.on('/41', Buffer.alloc(40_001));
    host.on('/101', Buffer.alloc(MAX_BYTES + 1));
    const sends = await Promise.all([
      send(['one@example.com'], '/101'),
      send(['both@example.com'], '/60', '/41'),
      send(['fit@example.com'], '/60', '/40'),
    ]);
    expect(await system.final(sends.flatMap(({ messages }) => messages))).toMatchObject([
      { status: 'failed', reason: 'attachment_refused', detail: { words: expect.stringContaining('100000 bytes') } },
      { status: 'failed', reason: 'attachment_refused', detail: { words: expect.stringContaining('2 of 2') } },
      { status: 'sent' },
    ]);
  });

  it('whose host is slow or away are asked for again, without an attempt, and then sent', async () => {
    let asked = 0;
    host.on('/slow', (_, response) => {
      if (++asked > 1) response.end('at last');
    });
    host.on('/away', 503);
    const slow = await send(['slow@example.com'], '/slow');
    const away = await send(['away@example.com'], '/away');
    const late = await waiting(slow.messages[0]!);
    expect(late).toMatchObject({
      status: 'deferred',
      reason: 'retry',
      attempt: 0,
      detail: { because: 'attachment', tries: 1, words: expect.stringContaining('not complete in time') },
    });
    expect(await waiting(away.messages[0]!)).toMatchObject({ detail: { words: expect.stringContaining('503') } });
    expect((await textsOf(away.messages[0]!)).at(-1)).toMatch(/^deferred: retry until .*: the host answered 503$/);
    host.on('/away', Buffer.from('back'));
    expect(await system.final([...slow.messages, ...away.messages])).toMatchObject([
      { status: 'sent', attempt: 1 },
      { status: 'sent', attempt: 1 },
    ]);
    expect(mailsTo('slow@example.com')[0]!.parsed.attachments[0]!.content.toString()).toBe('at last');
  });

  it('do not make the other emails of a dispatch wait', async () => {
    let answer = (): void => undefined;
    host.on('/held', (_, response) => {
      answer = () => void response.end('held');
    });
    const template = await system.template();
    const attachments = [{ url: host.url('/held') }];
    const held = await system.send(template, ['held@example.com'], { attachments, unclaimed: true });
    const free = await system.send(template, ['free@example.com'], { unclaimed: true });
    system.relay.start();
    const [sent] = await system.final(free.messages);
    expect(sent).toMatchObject({ status: 'sent' });
    for (let i = 0; i < 200 && host.requests.length === 0; i++) await sleep(50);
    expect(await system.message(held.messages[0]!)).toMatchObject({ attempt: 0, dispatchId: sent!.dispatchId });
    answer();
    expect(await system.final(held.messages)).toMatchObject([{ status: 'sent' }]);
  });

  it('of a host that is taken off the list while they wait are refused', async () => {
    host.on('/wait', 503);
    const { messages } = await send(['off@example.com'], '/wait');
    await waiting(messages[0]!);
    await allow({ hosts: ['other.example.com'], maxBytes: MAX_BYTES });
    host.on('/wait', Buffer.from('too late'));
    expect(await system.final(messages)).toMatchObject([
      {
        status: 'failed',
        reason: 'attachment_refused',
        detail: { words: `attachment 1 of 1 from ${host.host}: the rule attachments does not name this host` },
      },
    ]);
    expect(host.requests).toEqual(['/wait']);
  });

  it('whose host stays away until the deadline end their emails with the reason', async () => {
    host.on('/never', 500);
    const template = await system.template({ policy: { deliverWithinSeconds: 4 } });
    const { messages } = await system.send(template, ['never@example.com'], {
      attachments: [{ url: host.url('/never') }],
    });
    expect(await system.final(messages)).toMatchObject([
      {
        status: 'failed',
        reason: 'retries_exhausted',
        attempt: 0,
        detail: { tries: 2, deliverWithinSeconds: 4, words: expect.stringContaining('the host answered 500') },
      },
    ]);
  });

  it('are fetched again for no attempt that soon follows, and are part of what makes an email equal to another', async () => {
    host.on('/a', Buffer.from('a'));
    host.on('/b', Buffer.from('b'));
    let answers = 0;
    system.sink.onMail = () => {
      if (answers++ === 0) throw Object.assign(new Error('later'), { responseCode: 451 });
    };
    const template = await system.template();
    const to = ['again@example.com'];
    const of = (path: string) => ({ attachments: [{ url: host.url(path) }], variables: { order: 1 } });
    const first = await system.send(template, to, of('/a'));
    expect(await system.final(first.messages)).toMatchObject([{ status: 'sent', attempt: 2 }]);
    expect(host.requests).toEqual(['/a']);
    const carried = async () => (await textsOf(first.messages[0]!)).filter((text) => text.startsWith('carries'));
    while ((await carried()).length < 2) await sleep(20);
    expect(await carried()).toHaveLength(2);
    const same = await system.send(template, to, of('/a'));
    const other = await system.send(template, to, of('/b'));
    expect(await system.final([...same.messages, ...other.messages])).toMatchObject([
      { status: 'deduplicated', reason: 'same_content' },
      { status: 'sent' },
    ]);
  });
});
