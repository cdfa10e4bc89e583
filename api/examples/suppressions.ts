import type { Examples } from './example';

/** Examples of the operations on suppressions. */
export const suppressionsExamples: Examples = {
  getSuppressions: {
    response: {
      items: [
        {
          id: 'sup_01M8AS6YZF6SCNHHSBM2Q7ZCY1',
          channel: 'email',
          to: 'p***@example.com',
          app: null,
          reason: 'manual',
          appliesTo: 'all',
          source: 'api:key_01M8AS6YSG6A3KEMDFMCHZV7VM',
          detail: null,
          messageId: null,
          createdAt: '2026-11-26T01:58:36.783Z',
          lifted: null,
        },
      ],
      pageInfo: { after: 'sup_01M8AS6YZF6SCNHHSBM2Q7ZCY1', hasMore: false },
    },
  },
  postSuppressions: {
    request: { to: 'person0@example.com' },
    response: {
      id: 'sup_01M8AS6YZF6SCNHHSBM2Q7ZCY1',
      channel: 'email',
      to: 'p***@example.com',
      app: null,
      reason: 'manual',
      appliesTo: 'all',
      source: 'api:key_01M8AS6YSG6A3KEMDFMCHZV7VM',
      detail: null,
      messageId: null,
      createdAt: '2026-11-26T01:58:36.783Z',
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
