import { newId } from '../../domain/ids';
import { AUDIENCE_FILES } from '../../audiences/file-names';
import { createOldUploads } from '../../workers/old-uploads';
import { oldRun } from '../support/old-rows';
import { createTestRuns, csvOf } from '../support/test-runs';
import { createTestSystem, type TestSystem } from '../support/test-system';

let system: TestSystem;
beforeAll(async () => {
  system = await createTestSystem({ withoutWorker: true });
});
afterAll(() => system.close());

test('old uploads go with their files, unless a campaign or an open run uses them or they are still being sent', async () => {
  const { db, app, deps } = system;
  const { audiences } = db.database.stores;
  const runs = createTestRuns(system);
  const make = () => runs.audience(csvOf(['ada@example.com']));
  const [unused, ofRun, ofEndedRun, ofCampaign, deleted] = [
    await make(),
    await make(),
    await make(),
    await make(),
    await make(),
  ] as const;
  const fresh = { appId: app.id, uploadId: null, name: 'b.csv', channel: 'email', addressColumn: 'userId' } as const;
  const uploading = await audiences.begin(fresh);
  await oldRun(db, app.id, 1, 'paused', 0, { audience_id: ofRun.id });
  await oldRun(db, app.id, 1, 'finished', 0, { audience_id: ofEndedRun.id });
  const now = new Date();
  await db.knex('campaigns').insert({
    ...{ id: newId('cmp'), app_id: app.id, name: 'news', template_id: 1, audience_id: ofCampaign.id },
    ...{ schedule: '{"kind":"now"}', settings: '{}', overlap: 'skip', catchup_seconds: 3_600 },
    ...{ created_at: now, updated_at: now },
  });
  // Whose files were left behind.
  await audiences.remove(deleted.id);
  const hasFiles = async ({ id }: { id: typeof unused.id }): Promise<boolean> =>
    deps.uploads.read(AUDIENCE_FILES.rows(id)).then(
      (content) => {
        content.destroy();
        return true;
      },
      () => false,
    );
  const uploads = createOldUploads(db.database, deps.uploads);
  expect(await uploads.forget(new Date(Date.now() - 60_000), null, 10)).toEqual({ after: null, deleted: 0 });
  let after: string | null = null;
  let count = 0;
  // One at a time: those that stay must not keep it from those behind them.
  do {
    const step = await uploads.forget(new Date(Date.now() + 60_000), after, 1);
    ({ after } = step);
    count += step.deleted;
  } while (after !== null);
  expect(count).toBe(3);
  expect(await Promise.all([unused, ofEndedRun, deleted].map((audience) => hasFiles(audience)))).toEqual([
    false,
    false,
    false,
  ]);
  expect(await Promise.all([ofRun, ofCampaign].map((audience) => hasFiles(audience)))).toEqual([true, true]);
  expect(await audiences.get(unused.id)).toBeUndefined();
  expect(await audiences.get(uploading.id)).toMatchObject({ status: 'uploading' });
});
