import { createDirectDispatcher, type DirectDispatcherOptions } from '../../api/direct-dispatcher';
import type { Dispatch } from '../../db/stores/dispatch-store';
import type { AppId, DispatchId } from '../../domain/ids';

const dispatch = (name: string): Dispatch => ({
  id: `send/${name}` as DispatchId,
  appId: 'app_1' as AppId,
  lane: 'sms.notice',
  messages: 1,
});

/** A dispatcher whose starts end when the test says so. */
function setUp(options: Partial<DirectDispatcherOptions> = {}) {
  const confirmed: (readonly DispatchId[])[] = [];
  const warnings: object[] = [];
  const open: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const dispatcher = createDirectDispatcher({
    slots: 2,
    startDispatch: () => new Promise<void>((resolve, reject) => open.push({ resolve, reject })),
    confirm: async (ids) => void confirmed.push(ids),
    logger: { warn: (line: object) => void warnings.push(line) } as never,
    confirmEveryMs: 1,
    ...options,
  });
  return { dispatcher, confirmed, warnings, open };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('createDirectDispatcher', () => {
  test('hands out as many slots as it has, and again those that came back', async () => {
    const { dispatcher, open } = setUp();
    const [first, second] = [dispatcher.reserve(), dispatcher.reserve()];
    expect(dispatcher.reserve()).toBeUndefined();
    first?.free();
    const third = dispatcher.reserve();
    second?.start(dispatch('a'));
    third?.start(dispatch('b'));
    expect(dispatcher.reserve()).toBeUndefined();
    open[0]?.resolve();
    open[1]?.reject(new Error('away'));
    await settled();
    expect(
      [dispatcher.reserve(), dispatcher.reserve(), dispatcher.reserve()].map((slot) => slot !== undefined),
    ).toEqual([true, true, false]);
  });

  test('leaves a burst to the relay, and starts directly again when it is over', async () => {
    const { dispatcher } = setUp({ slots: 100, quietPerSecond: 3 });
    const reserved = Array.from({ length: 6 }, () => dispatcher.reserve() !== undefined);
    expect(reserved).toEqual([true, true, true, false, false, false]);
    await new Promise((resolve) => setTimeout(resolve, 1_010));
    expect(dispatcher.reserve()).toBeDefined();
  });

  test('without slots everything is left to the relay', () => {
    expect(setUp({ slots: 0 }).dispatcher.reserve()).toBeUndefined();
  });

  test('starts that end together are confirmed together', async () => {
    const { dispatcher, confirmed, open } = setUp();
    for (const name of ['a', 'b']) dispatcher.reserve()?.start(dispatch(name));
    for (const { resolve } of open) resolve();
    await dispatcher.drain();
    expect(confirmed).toEqual([['send/a', 'send/b']]);
  });

  test('a failed start is not confirmed, and logged without what the error says', async () => {
    const { dispatcher, confirmed, warnings } = setUp({
      startDispatch: () => Promise.reject(new Error('ada@example.com')),
    });
    dispatcher.reserve()?.start(dispatch('a'));
    await dispatcher.drain();
    expect(confirmed).toEqual([]);
    expect(warnings).toEqual([{ dispatch: 'send/a', error: 'Error' }]);
  });

  test('a failed confirmation is a warning and no more', async () => {
    const { dispatcher, warnings } = setUp({
      startDispatch: () => Promise.resolve(),
      confirm: () => Promise.reject(new Error('away')),
    });
    dispatcher.reserve()?.start(dispatch('a'));
    await dispatcher.drain();
    expect(warnings).toEqual([{ dispatches: 1, error: 'Error' }]);
  });

  test('drain waits for starts in flight and hands out no more slots', async () => {
    const { dispatcher, confirmed, open } = setUp();
    dispatcher.reserve()?.start(dispatch('a'));
    let drained = false;
    const drain = dispatcher.drain().then(() => {
      drained = true;
    });
    expect(dispatcher.reserve()).toBeUndefined();
    await settled();
    expect(drained).toBe(false);
    open[0]?.resolve();
    await drain;
    expect(confirmed).toEqual([['send/a']]);
  });
});
