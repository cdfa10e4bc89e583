import request from 'supertest';
import { ENDPOINTS } from '../../api/luminate/endpoints';
import type { Client, TestApi } from './test-api';

/** An answer of the ancestor's endpoints. */
export interface LuminateAnswer {
  readonly status: number;
  readonly code: string;
  readonly msg: string;
  readonly data: ReturnType<typeof JSON.parse>;
}

/** Calls the ancestor's endpoints with one key; every success must be as it is documented, every error have no data. */
export interface LuminateClient {
  call(method: 'get' | 'post' | 'delete', path: string, body?: unknown, headers?: object): Promise<LuminateAnswer>;
  get(path: string): Promise<LuminateAnswer>;
  post(path: string, body?: unknown): Promise<LuminateAnswer>;
  /** Sends one entry, and must succeed; returns the ids of its messages. */
  send(templateId: number, receiver: string, variables?: object): Promise<string[]>;
  /** Saves a new template, and returns its number. */
  save(change?: object): Promise<number>;
}

function expectDocumented(method: string, path: string, { status, body }: request.Response): void {
  expect(Object.keys(body as object).sort()).toEqual(['code', 'data', 'msg']);
  if (body.code !== '00000') {
    expect(body.data).toBeNull();
    expect(body.msg).not.toBe('');
    return;
  }
  const [plain = ''] = path.split('?');
  const found = Object.values(ENDPOINTS).find(
    (one) => one.method === method && new RegExp(`^${one.path.replace(/:\w+/g, '[^/]+')}$`).test(`/luminate${plain}`),
  );
  expect([status, found !== undefined]).toEqual([200, true]);
  found?.response.parse(body);
}

export function createLuminateClient(api: Pick<TestApi, 'app'>, { key }: Pick<Client, 'key'>): LuminateClient {
  const call: LuminateClient['call'] = async (method, path, body, headers = {}) => {
    const agent = request(api.app);
    const sent = agent[method](`/luminate${path}`).set({ Authorization: `Bearer ${key}`, ...headers });
    const response = await (body === undefined ? sent : sent.send(body as object));
    expectDocumented(method, path, response);
    return { status: response.status, ...(response.body as Omit<LuminateAnswer, 'status'>) };
  };
  const post: LuminateClient['post'] = (path, body) => call('post', path, body);
  return {
    call,
    post,
    get: (path) => call('get', path),
    async send(messageTemplateId, receiver, variables = {}) {
      const answer = await post('/send', { code: 'send', messageTemplateId, messageParam: { receiver, variables } });
      expect(answer).toMatchObject({ code: '00000' });
      return (answer.data as { messageId: string }[]).map(({ messageId }) => messageId);
    },
    async save(change = {}) {
      const answer = await post('/save', { ...SMS_TEMPLATE, ...change });
      expect(answer).toMatchObject({ code: '00000', data: true });
      return Number(/id (\d+)$/.exec(answer.msg)?.[1]);
    },
  };
}

/** An SMS template of the ancestor's, sent by call. */
export const SMS_TEMPLATE = {
  name: 'Code',
  idType: 30,
  sendChannel: 30,
  templateType: 20,
  msgType: 10,
  expectPushTime: '0',
  msgContent: '{"content":"code {$code}"}',
  sendAccount: 0,
  creator: 'Ada',
};
export const EMAIL_TEMPLATE = {
  ...SMS_TEMPLATE,
  idType: 50,
  sendChannel: 40,
  msgContent: '{"title":"For {$name}","content":"<p>Hello {$name}</p>"}',
};
