import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { readNumber, toDetail } from './aliyun-forms';
import { ALIYUN_RECIPIENTS } from './aliyun-numbers';
import { createSignatureCheck, type AliyunKey } from './aliyun-signature';
import type { Exchanges } from './exchange';
import type { MessageStore, NewText } from './message-store';

interface AliyunParts {
  readonly key: AliyunKey;
  readonly store: MessageStore;
  readonly exchanges: Exchanges;
  readonly log: (line: string) => void;
}

const VERSION = '2017-05-25';
const CHINA_MS = 8 * 3_600_000;

const answer = (res: Response, status: number, code: string, message: string, more: object = {}): void => {
  res.status(status).json({ Message: message, RequestId: randomUUID().toUpperCase(), Code: code, ...more });
};

/** An error of the gateway, which comes with its HTTP status. */
const gatewayError = (res: Response, status: number, code: string, message: string): void => {
  answer(res, status, code, message, {
    HostId: 'dysmsapi.aliyuncs.com',
    Recommend: `https://api.aliyun.com/troubleshoot?q=${code}`,
  });
};

type Query = (name: string) => string;

function isJsonOfTexts(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return Object.values(value).every((inner) => typeof inner === 'string' || typeof inner === 'number');
  } catch {
    return false;
  }
}

/** What the recipient would read, as far as a sandbox without the templates can tell. */
function bodyOf(signName: string, templateCode: string, templateParam: string): string {
  const params = (templateParam === '' ? {} : JSON.parse(templateParam)) as Record<string, unknown>;
  const names = Object.keys(params);
  const words =
    names.length === 1 && 'content' in params ? String(params['content']) : `${templateCode} ${templateParam}`;
  return `【${signName}】${words.trim()}`;
}

/** One text, or the code and words of what is wrong with the request. Business errors have no status of their own. */
function readText(query: Query): NewText | { code: string; message: string; status?: number } {
  for (const name of ['PhoneNumbers', 'SignName', 'TemplateCode']) {
    if (query(name) === '') {
      return { status: 400, code: `Missing${name}`, message: `${name} is mandatory for this action.` };
    }
  }
  const [numbers, signName, templateCode] = [query('PhoneNumbers'), query('SignName'), query('TemplateCode')];
  if (numbers.includes(',')) return { code: 'isv.MOBILE_COUNT_OVER_LIMIT', message: '沙箱每次请求仅支持一个手机号码' };
  const to = readNumber(numbers);
  if (to === undefined) return { code: 'isv.MOBILE_NUMBER_ILLEGAL', message: `${numbers}invalid mobile number` };
  const templateParam = query('TemplateParam');
  if (templateParam !== '' && !isJsonOfTexts(templateParam)) {
    return { code: 'isv.INVALID_JSON_PARAM', message: 'JSON参数不合法' };
  }
  return {
    provider: 'aliyun',
    to,
    from: signName,
    messagingServiceSid: null,
    body: bodyOf(signName, templateCode, templateParam),
    validityPeriod: null,
    statusCallback: null,
    sendAt: null,
    outId: query('OutId') || null,
    templateCode,
  };
}

function sendSms({ exchanges }: AliyunParts, req: Request, res: Response, query: Query): void {
  const text = readText(query);
  if ('code' in text) {
    if (text.status === undefined) answer(res, 200, text.code, text.message);
    else gatewayError(res, text.status, text.code, text.message);
    return;
  }
  exchanges.perform({
    req,
    res,
    text,
    magic: ALIYUN_RECIPIENTS[text.to]?.behaviour,
    accept: ({ sid }) => {
      answer(res, 200, 'OK', 'OK', { BizId: sid });
    },
    refuse: ({ status, code, message, retryAfterSeconds }) => {
      if (retryAfterSeconds !== undefined) res.set('Retry-After', String(retryAfterSeconds));
      if (status === 200) answer(res, status, String(code), message);
      else gatewayError(res, status, String(code), message);
    },
    crash: () => {
      gatewayError(res, 500, 'InternalError', 'The request processing has failed due to some unknown error.');
    },
  });
}

function querySendDetails({ store }: AliyunParts, res: Response, query: Query): void {
  const [day, to] = [query('SendDate'), readNumber(query('PhoneNumber'))];
  const [size, page] = [Number(query('PageSize')), Number(query('CurrentPage'))];
  const [, year, month, date] = /^(\d{4})(\d\d)(\d\d)$/.exec(day) ?? [];
  const start = Date.parse(`${year ?? ''}-${month ?? ''}-${date ?? ''}T00:00:00Z`) - CHINA_MS;
  const pageFits = Number.isInteger(size) && size >= 1 && size <= 50 && Number.isInteger(page) && page >= 1;
  if (to === undefined || Number.isNaN(start) || !pageFits) {
    answer(res, 200, 'isv.INVALID_PARAMETERS', '参数异常');
    return;
  }
  const found = store
    .list({ provider: 'aliyun', to })
    .filter(({ createdAt }) => createdAt >= start && createdAt < start + 86_400_000)
    .filter(({ sid }) => query('BizId') === '' || query('BizId') === sid);
  const shown = found.slice((page - 1) * size, page * size);
  answer(res, 200, 'OK', 'OK', {
    TotalCount: found.length,
    SmsSendDetailDTOs: { SmsSendDetailDTO: shown.map(toDetail) },
  });
}

/**
 * Aliyun's SMS API of 2017-05-25 as its library calls it: SendSms, QuerySendDetails and QuerySmsSignList by POST or GET on `/`,
 * signed with ACS3-HMAC-SHA256. One number per SendSms.
 */
export function createAliyunApi(parts: AliyunParts) {
  const check = createSignatureCheck(parts.key);
  return (req: Request, res: Response): void => {
    const action = req.get('x-acs-action') ?? '';
    res.once('close', () => {
      parts.log(`${action} ${res.writableFinished ? res.statusCode : 'broken off'}`);
    });
    const body = typeof req.body === 'string' ? req.body : '';
    const wrong = check({ method: req.method, target: req.originalUrl, headers: req.headers, body });
    if (wrong) {
      gatewayError(res, wrong.status, wrong.code, wrong.message);
      return;
    }
    const params = new URLSearchParams(req.originalUrl.split('?', 2)[1] ?? '');
    const query: Query = (name) => params.get(name) ?? '';
    if (req.get('x-acs-version') !== VERSION) {
      gatewayError(res, 400, 'InvalidVersion', 'Specified parameter Version is not valid.');
    } else if (action === 'SendSms') sendSms(parts, req, res, query);
    else if (action === 'QuerySendDetails') querySendDetails(parts, res, query);
    else if (action === 'QuerySmsSignList') {
      answer(res, 200, 'OK', 'OK', { CurrentPage: 1, PageSize: 1, TotalCount: 0, SmsSignList: [] });
    } else
      gatewayError(res, 404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.');
  };
}
