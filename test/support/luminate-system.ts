import { startServer } from '../../api/start-server';
import { createCampaignApi, type CampaignApi } from './campaign-api';
import { createLuminateClient, type LuminateClient } from './luminate-client';

/** What an upload is answered. */
interface UploadAnswer {
  readonly status: number;
  readonly code: string;
  readonly msg: string;
  readonly data: string | null;
}

/** The ancestor's endpoints over a real database, also on a port, for uploads as its callers make them. */
export interface LuminateSystem {
  readonly api: CampaignApi;
  readonly admin: LuminateClient;
  readonly shop: LuminateClient;
  /** Where it listens. */
  readonly url: string;
  /** A template as the shop reads it. */
  query(id: number): Promise<LuminateData>;
  /** Uploads a file, by default with the administrator's key. */
  upload(content: string | Buffer, more?: { field?: string; query?: string; key?: string }): Promise<UploadAnswer>;
  /** Uploads a file, which must succeed; returns its id. */
  uploaded(csv: string): Promise<string>;
  close(): Promise<void>;
}

type LuminateData = Awaited<ReturnType<LuminateClient['get']>>['data'];

export async function createLuminateSystem(): Promise<LuminateSystem> {
  const api = await createCampaignApi();
  const server = await startServer(api.app, '127.0.0.1', 0);
  const shop = createLuminateClient(api, api.shop);
  const upload: LuminateSystem['upload'] = async (content, more = {}) => {
    const form = new FormData();
    form.set('other', 'x');
    form.set(more.field ?? 'file', new Blob([new Uint8Array(Buffer.from(content))]), '../../etc/people.csv');
    const response = await fetch(`${server.url}/luminate/upload${more.query ?? ''}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${more.key ?? api.admin.key}` },
      body: form,
    });
    return { status: response.status, ...((await response.json()) as Omit<UploadAnswer, 'status'>) };
  };
  return {
    api,
    shop,
    url: server.url,
    admin: createLuminateClient(api, api.admin),
    query: async (id) => (await shop.get(`/query/${id}`)).data,
    upload,
    async uploaded(csv) {
      const { code, data } = await upload(csv);
      expect(code).toBe('00000');
      return data!;
    },
    async close() {
      await server.close();
      await api.close();
    },
  };
}
