import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { checkText } from './check-text';
import type { Exchanges } from './exchange';
import { MAGIC_RECIPIENTS, MAGIC_SENDERS } from './magic-numbers';
import type { MessageStore, SandboxMessage, TextFilter } from './message-store';
import { API_VERSION, toAccountJson, toErrorJson, toMessageJson, toPageJson } from './twilio-json';

/** Who may use the Twilio part of the sandbox. */
export interface TwilioKey {
  readonly accountSid: string;
  readonly authToken: string;
  /** A standard API key: it may use messages, but not look at the account. Default: none. */
  readonly apiKey?: { readonly sid: string; readonly secret: string };
}

interface TwilioParts {
  readonly key: TwilioKey;
  readonly store: MessageStore;
  readonly exchanges: Exchanges;
  /** The shortest time for which texts are held, in milliseconds. */
  readonly minAheadMs: number;
  readonly log: (line: string) => void;
}

const sendError = (res: Response, status: number, code: number, message: string): void => {
  res.status(status).json(toErrorJson(status, code, message));
};

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function requireCredentials(accepted: readonly string[]) {
  return (req: Request, res: Response, next: NextFunction): void => {
    if (accepted.includes(req.get('authorization') ?? '')) {
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
    provider: 'twilio',
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

function createMessage({ key, exchanges, minAheadMs }: TwilioParts) {
  return (req: Request, res: Response): void => {
    const text = checkText((req.body ?? {}) as Record<string, unknown>, minAheadMs);
    if ('code' in text) {
      sendError(res, 400, text.code, text.message);
      return;
    }
    const magic = (text.from === null ? undefined : MAGIC_SENDERS[text.from]) ?? MAGIC_RECIPIENTS[text.to];
    exchanges.perform({
      req,
      res,
      text,
      magic: magic?.behaviour,
      accept: (message) => {
        res.status(201).json(toMessageJson(message, key.accountSid));
      },
      refuse: ({ status, code, message, retryAfterSeconds }) => {
        if (retryAfterSeconds !== undefined) res.set('Retry-After', String(retryAfterSeconds));
        sendError(res, status, Number(code), message);
      },
      crash: () => {
        sendError(res, 500, 20500, 'Internal Server Error');
      },
    });
  };
}

/** The only change that the sandbox knows: a text that is still held is canceled. */
function updateMessage({ key }: TwilioParts, text: SandboxMessage, req: Request, res: Response): void {
  const { Status: status } = (req.body ?? {}) as Record<string, unknown>;
  if (status !== 'canceled') {
    sendError(res, 400, 20001, 'The sandbox knows no other update than Status=canceled');
  } else if (text.status !== 'scheduled') {
    sendError(res, 409, 30409, 'This message cannot be canceled');
  } else {
    text.status = 'canceled';
    text.updatedAt = Date.now();
    res.json(toMessageJson(text, key.accountSid));
  }
}

/** Twilio's API below `/2010-04-01`: create, fetch, list and cancel messages, fetch the account. */
export function createTwilioApi(parts: TwilioParts): Router {
  const { store, key, log } = parts;
  const { accountSid, authToken, apiKey } = key;
  const startedAt = Date.now();
  const owner = basic(accountSid, authToken);
  const api = express.Router();
  api.use((req, res, next) => {
    // Now: the routes below change what these say.
    const call = `${req.method} ${req.originalUrl.split('?', 1)[0] ?? ''}`;
    res.once('close', () => {
      log(`${call} ${res.writableFinished ? res.statusCode : 'broken off'}`);
    });
    next();
  });
  api.use(requireCredentials(apiKey ? [owner, basic(apiKey.sid, apiKey.secret)] : [owner]));
  api.get(`/Accounts/${accountSid}.json`, requireCredentials([owner]), (_req, res) => {
    res.json(toAccountJson(accountSid, startedAt));
  });
  const messages = `/Accounts/${accountSid}/Messages`;
  const form = express.urlencoded({ extended: false });
  api.post(`${messages}.json`, form, createMessage(parts));
  api.get(`${messages}.json`, (req, res) => {
    const { filter, ...query } = readQuery(req.query);
    res.json(toPageJson(store.list(filter), accountSid, query));
  });
  api.get(`${messages}/:sid.json`, (req, res, next) => {
    const text = store.get(req.params.sid);
    if (text?.provider === 'twilio') res.json(toMessageJson(text, accountSid));
    else next();
  });
  api.post(`${messages}/:sid.json`, form, (req, res, next) => {
    const text = store.get(req.params.sid);
    if (text?.provider === 'twilio') updateMessage(parts, text, req, res);
    else next();
  });
  api.use((req, res) => {
    sendError(res, 404, 20404, `The requested resource /${API_VERSION}${req.path} was not found`);
  });
  return api;
}
