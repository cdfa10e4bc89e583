import type { Examples } from './example';

/** Examples of the operations on suppressions. */
export const suppressionsExamples: Examples = {
  getSuppressions: {
    response: {
      items: [
        {
          id: 'sup_01M8AQF1K147C3KAS4ZC27BWV3',
          channel: 'email',
          to: 'p***@example.com',
          app: null,
          reason: 'manual',
          appliesTo: 'all',
          source: 'api:key_01M8AQF0PRCTZVH4JBK6NPZFW5',
          detail: null,
          messageId: null,
          createdAt: '2026-11-26T01:28:04.449Z',
          lifted: null,
        },
      ],
      pageInfo: { after: 'sup_01M8AQF1K147C3KAS4ZC27BWV3', hasMore: false },
    },
  },
  postSuppressions: {
    request: { to: 'ada@example.com', note: 'asked by phone' },
    response: {
      id: 'sup_01M8AQCENGE7PER9FF4F80C9KF',
      channel: 'email',
      to: 'a***@example.com',
      app: 'app_01M8AQCEM0B8BJKV2ZE1R86ZGP',
      reason: 'manual',
      appliesTo: 'all',
      source: 'api:key_01M8AQCEM27GMZRBFJDMK6FPA1',
      detail: { note: 'asked by phone' },
      messageId: null,
      createdAt: '2026-11-26T01:26:39.536Z',
      lifted: null,
    },
  },
  getSuppressionsById: {
    response: {
      id: 'sup_01M8AQCFXNCC1BZ9SC0H2TRNNZ',
      channel: 'email',
      to: 'g***@example.com',
      app: null,
      reason: 'manual',
      appliesTo: 'all',
      source: 'api:key_01M8AQCEKQ3WN4Y0FXKD7YX3YQ',
      detail: null,
      messageId: null,
      createdAt: '2026-11-26T01:26:40.821Z',
      lifted: null,
    },
  },
};
