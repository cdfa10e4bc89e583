import type { Examples } from './example';

/** Examples of the operations on apps. */
export const appsExamples: Examples = {
  getApps: {
    response: {
      items: [{ id: 'app_01M8AQEC5NCNB5KC9D8FTQ814E', name: 'shop', createdAt: '2026-11-26T01:27:42.517Z' }],
      pageInfo: { after: 'app_01M8AQEC5NCNB5KC9D8FTQ814E', hasMore: false },
    },
  },
  postApps: {
    request: { name: 'shop' },
    response: { id: 'app_01M8AQF18SETX013JTK2F8TF2X', name: 'shop', createdAt: '2026-11-26T01:28:04.121Z' },
  },
  getAppsById: {
    response: { id: 'app_01M8AQEM5K33NF6H43JXVPHWAG', name: 'shop', createdAt: '2026-11-26T01:27:50.707Z' },
  },
  getAppsByIdKeys: {
    response: {
      items: [
        {
          id: 'key_01M8AQF1FS3M6HTAF5YA2VJ242',
          appId: 'app_01M8AQF0PX4QHFCZAREQ713X34',
          name: 'shop production',
          role: 'app',
          hint: 'lum_Yj6UW4',
          createdAt: '2026-11-26T01:28:04.345Z',
          revokedAt: null,
        },
      ],
      pageInfo: { after: 'key_01M8AQF1FS3M6HTAF5YA2VJ242', hasMore: false },
    },
  },
  postAppsByIdKeys: {
    request: { name: 'shop production' },
    response: {
      id: 'key_01M8AQE4C3BAS28ESTW3688MJ7',
      appId: 'app_01M8AQE2NM4KZ9TP6TW3SBA5CV',
      name: 'shop production',
      role: 'app',
      hint: 'lum_000000',
      createdAt: '2026-11-26T01:27:34.531Z',
      revokedAt: null,
      key: 'lum_0000000000000000000000000000000000000000000',
    },
  },
};
