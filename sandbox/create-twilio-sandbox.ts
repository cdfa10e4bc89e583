import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import { checkText } from './check-text';
import { MAGIC_RECIPIENTS, MAGIC_SENDERS, type Behaviour } from './magic-numbers';
import { createMessageStore, type MessageStore, type SandboxMessage, type TextFilter } from './message-store';
import { renderPage } from './page';
import { createReceipts } from './receipts';
import { API_VERSION, toAccountJson, toErrorJson, toMessageJson, toPageJson } from './twilio-json';

export interface TwilioSandboxOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** Gets a line per request and receipt, without texts and numbers. Default: nowhere. */
  readonly log?: (line: string) => void;
  /** Time between two statuses of a text, in milliseconds. Default 200. */
  readonly stepMs?: number;
  /** Texts kept, the newest. Default 10,000. */
  readonly keep?: number;
}

export interface TwilioSandbox {
  readonly app: Express;
  /** The texts, newest first. */
  messages(): readonly SandboxMessage[];
  /** Stops receipts, and ends the requests that a magic number left without an answer. The HTTP server is its owner's. */
  close(): void;
}

const sendError = (res: Response, status: number, code: number, message: string): void => {
  res.status(status).json(toErrorJson(status, code, message));
};

function requireCredentials(accountSid: string, authToken: string) {
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return (req: Request, res: Response, next: NextFunction): void => {
    if (req.get('authorization') === expected) {
      next();
      return;
    }
    res.set('WWW-Authenticate', 'Basic realm="Twilio API"');
    sendError(res, 401, 20003, 'Authenticate');
  };
}

/** `day` or a moment; a day as the end of a range means its last second. */
function readTime(value: string | undefined, end: boolean): number | undefined {
  const time = value === undefined ? Number.NaN : Date.parse(value);
  if (Number.isNaN(time)) return undefined;
  return end && /^\d{4}-\d\d-\d\d$/.test(value ?? '') ? time + 86_399_000 : time;
}

function readQuery(query: Request['query']) {
  const filters: Record<string, string> = {};
  for (const name of ['To', 'From', 'DateSent', 'DateSent>', 'DateSent<']) {
    const value = query[name];
    if (typeof value === 'string') filters[name] = value;
  }
  const day = filters['DateSent']?.slice(0, 10);
  const filter: TextFilter = {
    to: filters['To'],
    from: filters['From'],
    since: readTime(day ?? filters['DateSent>'], false),
    until: readTime(day ?? filters['DateSent<'], true),
  };
  const page = Math.max(Number(query['Page']) || 0, 0);
  const pageSize = Math.min(Math.max(Number(query['PageSize']) || 50, 1), 1000);
  const token = query['PageToken'];
  return { filter, filters, page, pageSize, after: typeof token === 'string' ? token : undefined };
}

/** The doubtful ends. A request left hanging stays in `hanging` until its client gives up. */
function breakOff(kind: 'crash' | 'hang' | 'reset', req: Request, res: Response, hanging: Set<Response>): void {
  if (kind === 'crash') sendError(res, 500, 20500, 'Internal Server Error');
  else if (kind === 'reset') req.socket.resetAndDestroy();
  else {
    hanging.add(res);
    res.once('close', () => hanging.delete(res));
  }
}

interface Parts {
  readonly options: TwilioSandboxOptions;
  readonly store: MessageStore;
  readonly hanging: Set<Response>;
  readonly take: (text: SandboxMessage, behaviour: Behaviour | undefined) => void;
}

function createMessage({ options, store, hanging, take }: Parts) {
  return (req: Request, res: Response): void => {
    const text = checkText((req.body ?? {}) as Record<string, unknown>);
    if ('code' in text) {
      sendError(res, 400, text.code, text.message);
      return;
    }
    const magic = (text.from === null ? undefined : MAGIC_SENDERS[text.from]) ?? MAGIC_RECIPIENTS[text.to];
    const behaviour = magic?.behaviour;
    if (behaviour?.kind === 'refuse') {
      if (behaviour.retryAfterSeconds !== undefined) res.set('Retry-After', String(behaviour.retryAfterSeconds));
      sendError(res, behaviour.status, behaviour.code, behaviour.message);
      return;
    }
    const breaks = behaviour !== undefined && behaviour.kind !== 'receipt';
    if (!breaks || behaviour.recorded) {
      const message = store.add(text);
      take(message, behaviour);
      if (!breaks) res.status(201).json(toMessageJson(message, options.accountSid));
    }
    if (breaks) breakOff(behaviour.kind, req, res, hanging);
  };
}

function createApi(parts: Parts): Router {
  const { options, store } = parts;
  const { accountSid } = options;
  const startedAt = Date.now();
  const api = express.Router();
  api.use(requireCredentials(accountSid, options.authToken));
  api.get(`/Accounts/${accountSid}.json`, (_req, res) => {
    res.json(toAccountJson(accountSid, startedAt));
  });
  api.post(`/Accounts/${accountSid}/Messages.json`, express.urlencoded({ extended: false }), createMessage(parts));
  api.get(`/Accounts/${accountSid}/Messages.json`, (req, res) => {
    const { filter, ...query } = readQuery(req.query);
    res.json(toPageJson(store.list(filter), accountSid, query));
  });
  api.get(`/Accounts/${accountSid}/Messages/:sid.json`, (req, res, next) => {
    const text = store.get(req.params.sid);
    if (text) res.json(toMessageJson(text, accountSid));
    else next();
  });
  api.use((req, res) => {
    sendError(res, 404, 20404, `The requested resource ${req.baseUrl}${req.path} was not found`);
  });
  return api;
}

/**
 * An SMS sandbox that speaks Twilio's REST API (create, fetch and list messages, fetch the account, signed status callbacks)
 * well enough for the unmodified `twilio` library. Texts stay in memory and are shown at `/`; numbers with an effect are in
 * magic-numbers.ts.
 */
export function createTwilioSandbox(options: TwilioSandboxOptions): TwilioSandbox {
  const { log = () => undefined } = options;
  const store = createMessageStore(options.keep ?? 10_000);
  const hanging = new Set<Response>();
  const receipts = createReceipts({
    accountSid: options.accountSid,
    authToken: options.authToken,
    stepMs: options.stepMs ?? 200,
    concurrency: 10,
    log,
  });

  const app = express();
  app.disable('x-powered-by');
  app.use(`/${API_VERSION}`, (req, res, next) => {
    // Now: the router below changes what these say.
    const call = `${req.method} ${req.originalUrl.split('?', 1)[0] ?? ''}`;
    res.once('close', () => {
      log(`${call} ${res.writableFinished ? res.statusCode : 'broken off'}`);
    });
    next();
  });
  app.get('/', (_req, res) => {
    res
      .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
      .set('Cache-Control', 'no-store');
    res.type('html').send(renderPage(store.list()));
  });
  app.get('/sandbox/messages', (_req, res) => {
    res.json({ messages: store.list() });
  });
  app.delete('/sandbox/messages', (_req, res) => {
    store.clear();
    res.status(204).end();
  });
  app.use(
    `/${API_VERSION}`,
    createApi({
      options,
      store,
      hanging,
      take: receipts.start,
    }),
  );
  return {
    app,
    messages: () => store.list(),
    close() {
      receipts.close();
      for (const res of hanging) res.destroy();
    },
  };
}
