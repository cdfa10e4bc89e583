import { DefaultLogger, Runtime } from '@temporalio/worker';

let done = false;

/** Keeps failures that tests provoke out of the report; TEST_LOG=info shows them. To be called before anything connects. */
export function quietTemporal(): void {
  if (done) return;
  done = true;
  const level = process.env['TEST_LOG'] ? 'INFO' : 'ERROR';
  Runtime.install({
    logger: new DefaultLogger(level),
    telemetryOptions: { logging: { filter: { core: level, other: level } } },
  });
}
