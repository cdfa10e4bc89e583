import Dysmsapi, { QuerySendDetailsRequest, SendSmsRequest } from '@alicloud/dysmsapi20170525';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import { json as readJson } from 'node:stream/consumers';
import { eventually } from '../support/channels';
import { listen, SANDBOX_ALIYUN_KEY, startSandbox, type RunningSandbox } from '../support/sandbox';

let sandbox: RunningSandbox;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await sandbox.close();
});

/** The library as it is, with its own transport; only the endpoint is another. */
function sdk(key: Partial<typeof SANDBOX_ALIYUN_KEY> = {}): Dysmsapi {
  const endpoint = new URL(sandbox.url).host;
  return new Dysmsapi(new $OpenApiUtil.Config({ ...SANDBOX_ALIYUN_KEY, ...key, endpoint, protocol: 'HTTP' }));
}
const text = (more: Record<string, unknown> = {}): SendSmsRequest =>
  new SendSmsRequest({
    phoneNumbers: '13800138000',
    signName: '阿里云',
    templateCode: 'SMS_154950909',
    templateParam: JSON.stringify({ code: "1 2+3&4='5'*(6)!" }),
    outId: 'msg_1',
    ...more,
  });
const dayInChina = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');

describe('the unmodified library against the sandbox', () => {
  test('sends a text and finds it again', async () => {
    const { body } = await sdk().sendSms(text());
    expect(body).toMatchObject({ code: 'OK', message: 'OK', requestId: expect.stringMatching(/^[0-9A-F-]{36}$/) });
    expect(sandbox.messages()).toMatchObject([
      {
        provider: 'aliyun',
        to: '+8613800138000',
        sid: body!.bizId,
        outId: 'msg_1',
        templateCode: 'SMS_154950909',
        body: `【阿里云】SMS_154950909 {"code":"1 2+3&4='5'*(6)!"}`,
      },
    ]);
    await eventually(() => sandbox.messages()[0]!.status === 'delivered');
    const query = { phoneNumber: '13800138000', sendDate: dayInChina(), pageSize: 10, currentPage: 1 };
    const details = await sdk().querySendDetails(new QuerySendDetailsRequest(query));
    expect(details.body!.smsSendDetailDTOs!.smsSendDetailDTO).toMatchObject([
      { outId: 'msg_1', phoneNum: '13800138000', sendStatus: 3, errCode: 'DELIVERED', templateCode: 'SMS_154950909' },
    ]);
    const other = await sdk().querySendDetails(new QuerySendDetailsRequest({ ...query, sendDate: '20200101' }));
    expect(other.body!.smsSendDetailDTOs!.smsSendDetailDTO).toEqual([]);
  });

  test('sees errors as Aliyun says them', async () => {
    const codeOf = async (more: Record<string, unknown>) => (await sdk().sendSms(text(more))).body?.code;
    expect(await codeOf({ phoneNumbers: '123' })).toBe('isv.MOBILE_NUMBER_ILLEGAL');
    expect(await codeOf({ templateParam: '{"code":' })).toBe('isv.INVALID_JSON_PARAM');
    expect(await codeOf({ templateParam: '["code"]' })).toBe('isv.INVALID_JSON_PARAM');
    expect(await codeOf({ phoneNumbers: '13900139102' })).toBe('isv.BUSINESS_LIMIT_CONTROL');
    await expect(sdk().sendSms(text({ signName: '' }))).rejects.toMatchObject({ code: 'MissingSignName' });
    await expect(sdk().sendSms(text({ phoneNumbers: '13900139108' }))).rejects.toMatchObject({
      code: 'Throttling.User',
    });
    expect(sandbox.messages()).toHaveLength(0);
  });

  test('is let in with the right key only', async () => {
    await expect(sdk({ accessKeySecret: 'wrong' }).sendSms(text())).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    await expect(sdk({ accessKeyId: 'other' }).sendSms(text())).rejects.toMatchObject({
      code: 'InvalidAccessKeyId.NotFound',
    });
  });
});

test('a request that was changed or repeated on its way is not let in', async () => {
  const sent: { url: string; headers: Record<string, string> }[] = [];
  const recorder = await listen((req, res) => {
    sent.push({ url: req.url!, headers: req.headers as Record<string, string> });
    res.end('{"Code":"OK"}');
  });
  closers.push(recorder.close);
  const endpoint = new URL(recorder.url).host;
  // Signed for the sandbox's host, but sent to a recorder first.
  const client = new Dysmsapi(new $OpenApiUtil.Config({ ...SANDBOX_ALIYUN_KEY, endpoint, protocol: 'HTTP' }));
  await client.sendSms(text());
  const [{ url, headers }] = sent as [(typeof sent)[number]];
  // fetch writes its own host, which is signed: so the sandbox is asked by a plain request.
  const codeOf = async (path: string) => {
    const { request } = await import('node:http');
    return new Promise<unknown>((resolve, reject) => {
      const { hostname, port } = new URL(sandbox.url);
      const asked = request({ hostname, port, path, method: 'POST', headers }, (res) => {
        readJson(res).then((body) => {
          resolve((body as { Code: string }).Code);
        }, reject);
      });
      asked.end();
    });
  };
  expect(await codeOf(url.replace('13800138000', '13800138001'))).toBe('SignatureDoesNotMatch');
  expect(await codeOf(url)).toBe('OK');
  expect(await codeOf(url)).toBe('SignatureNonceUsed');
  expect(sandbox.messages()).toHaveLength(1);
});

test('reports are pushed in batches, and again when they are not received', async () => {
  const pushes: Record<string, unknown>[][] = [];
  const receiver = await listen((req, res) => {
    void readJson(req).then((batch) => {
      pushes.push(batch as Record<string, unknown>[]);
      res.writeHead(pushes.length === 1 ? 503 : 200).end('{"code":0,"msg":"接收成功"}');
    });
  });
  closers.push(receiver.close);
  const told = await fetch(`${sandbox.url}/sandbox/aliyun/report-url`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${receiver.url}/aliyun` }),
  });
  expect(told.status).toBe(204);
  const client = sdk();
  await Promise.all([
    client.sendSms(text({ outId: 'msg_ok' })),
    client.sendSms(text({ outId: 'msg_failed', phoneNumbers: '13900139117' })),
  ]);
  const received = (): Record<string, unknown>[] => pushes.slice(1).flat();
  await eventually(() => new Set(received().map((report) => report['out_id'])).size === 2);
  expect(pushes[1]).toEqual(pushes[0]);
  expect(received().find((report) => report['out_id'] === 'msg_ok')).toMatchObject({
    phone_number: '13800138000',
    success: true,
    err_code: 'DELIVERED',
    sms_size: '1',
    biz_id: sandbox.messages().find(({ outId }) => outId === 'msg_ok')!.sid,
    report_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  });
  expect(received().find((report) => report['out_id'] === 'msg_failed')).toMatchObject({
    success: false,
    err_code: 'MOBILE_NOT_ON_SERVICE',
  });
});
