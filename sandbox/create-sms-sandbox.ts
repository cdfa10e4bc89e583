import express, { type Express } from 'express';
import { createAliyunApi } from './aliyun-api';
import { createAliyunReports } from './aliyun-reports';
import type { AliyunKey } from './aliyun-signature';
import { createExchange } from './exchange';
import { createLives } from './lives';
import { createMessageStore, type SandboxMessage } from './message-store';
import { renderPage } from './page';
import { createScript, type Script } from './script';
import { createTwilioApi, type TwilioKey } from './twilio-api';
import { createTwilioCallbacks } from './twilio-callbacks';
import { API_VERSION } from './twilio-json';

export interface SmsSandboxOptions {
  readonly twilio: TwilioKey;
  readonly aliyun: AliyunKey & {
    /** Where SmsReport batches are pushed. Default: nowhere, until `PUT /sandbox/aliyun/report-url` says. */
    readonly reportUrl?: string;
    /** Pauses before a push is made again, in milliseconds. Default: Aliyun's 1, 5 and 10 minutes. */
    readonly reportRetryMs?: readonly number[];
  };
  /** Gets a line per request and receipt, without texts and numbers. Default: nowhere. */
  readonly log?: (line: string) => void;
  /** Time between two statuses of a text, in milliseconds. Default 200. */
  readonly stepMs?: number;
  /** Texts kept, the newest. Default 10,000. */
  readonly keep?: number;
  /** The shortest time for which the Twilio part holds a text, in milliseconds. Default: Twilio's 15 minutes. */
  readonly minAheadMs?: number;
}

export interface SmsSandbox {
  readonly app: Express;
  /** The texts that were taken, newest first, whatever their senders were told. */
  messages(): readonly SandboxMessage[];
  readonly script: Script;
  /** Stops receipts, and ends the requests that were left without an answer. The HTTP server is its owner's. */
  close(): void;
}

/** The sandbox's own endpoints: the page, what was taken, and what shall happen. */
function addOwnRoutes(app: Express, parts: { list: () => SandboxMessage[]; clear: () => void; script: Script }): void {
  const { list, clear, script } = parts;
  app.get('/', (req, res, next) => {
    if (req.get('x-acs-action') !== undefined) {
      next();
      return;
    }
    res
      .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
      .set('Cache-Control', 'no-store');
    res.type('html').send(renderPage(list()));
  });
  app.get('/sandbox/messages', (_req, res) => {
    res.json({ messages: list() });
  });
  app.delete('/sandbox/messages', (_req, res) => {
    clear();
    res.status(204).end();
  });
  app.get('/sandbox/script', (_req, res) => {
    res.json(script.view());
  });
  app.put('/sandbox/script', express.json({ limit: '1mb' }), (req, res) => {
    const wrong = script.set(req.body);
    if (wrong === undefined) res.json(script.view());
    else res.status(400).type('text').send(`The script is not changed.\n${wrong}\n`);
  });
  app.delete('/sandbox/script', (_req, res) => {
    script.clear();
    res.status(204).end();
  });
}

/**
 * An SMS sandbox that speaks Twilio's REST API and Aliyun's SMS API on one port, well enough for their unmodified libraries.
 * Texts stay in memory and are shown at `/`. Numbers with an effect are in magic-numbers.ts and aliyun-numbers.ts; anything else
 * can be scripted with `PUT /sandbox/script`.
 */
export function createSmsSandbox(options: SmsSandboxOptions): SmsSandbox {
  const { twilio, aliyun, log = () => undefined, stepMs = 200 } = options;
  const store = createMessageStore(options.keep ?? 10_000);
  const script = createScript();
  const callbacks = createTwilioCallbacks({ ...twilio, concurrency: 10, log });
  const reports = createAliyunReports({
    gatherMs: stepMs,
    retryMs: aliyun.reportRetryMs ?? [60_000, 300_000, 600_000],
    log,
  });
  reports.setUrl(aliyun.reportUrl);
  const lives = createLives({
    stepMs,
    tell: (text) => (text.provider === 'twilio' ? callbacks : reports).tell(text),
    log,
  });
  const exchanges = createExchange({ store, script, taken: lives.start });

  const app = express();
  app.disable('x-powered-by');
  addOwnRoutes(app, { list: () => store.list(), clear: store.clear, script });
  app.put('/sandbox/aliyun/report-url', express.json(), (req, res) => {
    const { url } = (req.body ?? {}) as { url?: unknown };
    const valid = typeof url === 'string' && URL.canParse(url);
    if (valid) reports.setUrl(url);
    res.status(valid ? 204 : 400).end();
  });
  const minAheadMs = options.minAheadMs ?? 15 * 60_000;
  app.use(`/${API_VERSION}`, createTwilioApi({ key: twilio, store, exchanges, minAheadMs, log }));
  app.all('/', express.text({ type: () => true }), createAliyunApi({ key: aliyun, store, exchanges, log }));
  return {
    app,
    messages: () => store.list(),
    script,
    close() {
      for (const part of [lives, callbacks, reports, exchanges]) part.close();
    },
  };
}
