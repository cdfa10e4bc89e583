import { API_KEY } from './api-key';
import type { Examples } from './example';

/** Examples of the operations on apps. */
export const appsExamples: Examples = {
  getApps: {
    response: {
      items: [{ id: 'app_01M8AS75HF3YNSMZNBN6FAHS6D', name: 'shop', createdAt: '2026-11-26T01:58:43.503Z' }],
      pageInfo: { after: 'app_01M8AS75HF3YNSMZNBN6FAHS6D', hasMore: false },
    },
  },
  postApps: {
    request: { name: 'shop' },
    response: { id: 'app_01M8AS6YYY60KSKXSCQXEEQJHG', name: 'shop', createdAt: '2026-11-26T01:58:36.767Z' },
  },
  getAppsById: {
    response: { id: 'app_01M8AS6JXCC37EEBSK1TP4SA4N', name: 'shop', createdAt: '2026-11-26T01:58:24.428Z' },
  },
  getAppsByIdKeys: {
    response: {
      items: [
        {
          id: 'key_01M8AS6A8R0WF99K2QGXXS7J1G',
          appId: 'app_01M8AS6A8K5W1ZD7SR9CYKAXVM',
          name: 'made by npm run keys',
          role: 'app',
          hint: 'lum_VMmJ99',
          scopes: ['messages:read', 'sends:recall'],
          person: null,
          createdAt: '2026-11-26T01:58:15.576Z',
          expiresAt: '2099-01-01T00:00:00.000Z',
          revokedAt: null,
        },
      ],
      pageInfo: { after: 'key_01M8AS6A8R0WF99K2QGXXS7J1G', hasMore: false },
    },
  },
  postAppsByIdKeys: {
    request: { name: 'shop production' },
    response: { ...API_KEY, key: 'lum_0000000000000000000000000000000000000000000' },
  },
};
