import { withAttachments } from '../../activities/attachments';
import type { HandOverContext } from '../../activities/hand-over-batch';
import type { Chosen } from '../../activities/round';
import { newId } from '../../domain/ids';
import { defaultRules } from '../../domain/rules';

const rules = {
  ...defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' }),
  attachments: { hosts: ['files.example.com'], maxBytes: 100 },
};
const carrier = (): Chosen =>
  ({
    message: {
      id: newId('msg'),
      sendId: newId('snd'),
      lane: 'email.notice',
      attachments: [{ url: 'https://files.example.com/a' }],
    },
  }) as unknown as Chosen;

/** A worker whose files never come; anything else that is asked of it would throw. */
function stoppingWorker() {
  const stop = new AbortController();
  const asked: string[] = [];
  const fetch = (url: string): Promise<never> => {
    asked.push(url);
    return new Promise(() => undefined);
  };
  const deps = { rules: { current: () => rules }, files: { fetch, close: () => undefined } };
  return { context: { deps, signal: stop.signal } as unknown as HandOverContext, stop, asked };
}

test('a worker that stops waits for no file, begins no other, and neither hands over nor records', async () => {
  const { context, stop, asked } = stoppingWorker();
  const handedOver: unknown[] = [];
  const sends = Array.from({ length: 10 }, carrier);
  const work = withAttachments(context, sends, async (ready) => void handedOver.push(ready));
  await new Promise(setImmediate);
  expect(asked.length).toBeGreaterThan(0);
  const before = asked.length;
  stop.abort();
  await expect(work).rejects.toMatchObject({ type: 'WorkerStopping' });
  expect([asked.length, handedOver]).toEqual([before, []]);
});

test('a worker that has been told to stop asks for no file at all', async () => {
  const { context, stop, asked } = stoppingWorker();
  stop.abort();
  await expect(withAttachments(context, [carrier()], async () => undefined)).rejects.toMatchObject({
    type: 'WorkerStopping',
  });
  expect(asked).toEqual([]);
});
