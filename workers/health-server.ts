import type { Server } from 'node:http';
import express from 'express';
import type { Registry } from 'prom-client';

interface HealthOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  /** Address of the metrics of Temporal's core, which are appended to ours. */
  readonly coreMetricsUrl: string;
  /** Rejects with the reason while the worker cannot work. */
  readonly check: () => Promise<void>;
}

/** `/healthz` (the process lives), `/readyz` (it can work) and `/metrics` of a worker. */
export function startHealthServer({ host, port, registry, coreMetricsUrl, check }: HealthOptions): Promise<Server> {
  const app = express().disable('x-powered-by');
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/readyz', async (_req, res) => {
    const problem = await check().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
    );
    res.status(problem ? 503 : 200).json(problem ? { status: 'unavailable', detail: problem } : { status: 'ok' });
  });
  app.get('/metrics', async (_req, res) => {
    const core = await fetch(coreMetricsUrl).then(
      (answer) => answer.text(),
      () => '# metrics of the Temporal core are not available\n',
    );
    res.type(registry.contentType).send(`${await registry.metrics()}\n${core}`);
  });
  return new Promise((resolve, reject) => {
    const server = app.listen(port, host, (error) => {
      if (error) reject(error);
      else resolve(server);
    });
  });
}
