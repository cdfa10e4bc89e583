import type { Examples } from './example';

/** Examples of the operations on rules. */
export const rulesExamples: Examples = {
  getRoutes: {
    response: {
      items: [
        {
          lane: 'email.notice',
          accounts: [
            { accountId: 'acc_01M8AS6X9XE9T4YV58C99BX4GA', weight: 3 },
            { accountId: 'acc_01M8AS6X9004P7V6N9VN9ZR03R', weight: 0 },
          ],
        },
        { lane: 'email.marketing', accounts: [] },
      ],
      pageInfo: { after: null, hasMore: false },
    },
  },
  getRoutesByLane: { response: { lane: 'email.notice', accounts: [] } },
  putRoutesByLane: {
    request: { accounts: [{ accountId: 'acc_01M8AS6QB3AC9SYHQ8ZZC9JTSP', weight: 11 }] },
    response: { lane: 'email.notice', accounts: [{ accountId: 'acc_01M8AS6QB3AC9SYHQ8ZZC9JTSP', weight: 11 }] },
  },
  getRules: {
    response: {
      items: [
        {
          name: 'dedup',
          value: {
            notice: { max: 1, windowSeconds: 300 },
            marketing: { max: 1, windowSeconds: 300 },
            verification: { max: 1, windowSeconds: 300 },
            exempt: [],
          },
          version: 0,
          valid: true,
          author: null,
          note: null,
          at: null,
        },
        {
          name: 'caps',
          value: { notice: 5, marketing: 5, verification: null, exempt: [] },
          version: 0,
          valid: true,
          author: null,
          note: null,
          at: null,
        },
      ],
      pageInfo: { after: null, hasMore: false },
    },
  },
  getRulesByName: {
    response: {
      name: 'caps',
      value: { notice: 11, marketing: 5, verification: null, exempt: [] },
      version: 1,
      valid: true,
      author: 'key_01M8AS6JX42NQZQ8Z1WM9KHK5M',
      note: null,
      at: '2026-11-26T01:58:28.244Z',
    },
  },
  putRulesByName: {
    request: { value: { notice: 1, marketing: 5, verification: null, exempt: [] } },
    response: {
      name: 'caps',
      value: { notice: 1, marketing: 5, verification: null, exempt: [] },
      version: 1,
      valid: true,
      author: 'key_01M8AS6YSG6A3KEMDFMCHZV7VM',
      note: null,
      at: '2026-11-26T01:58:36.803Z',
    },
  },
  postRulesByNameRollback: {
    request: { version: 1 },
    response: {
      name: 'caps',
      value: { notice: 1, marketing: 5, verification: null, exempt: [] },
      version: 3,
      valid: true,
      author: 'key_01M8AQA1KZ9C2MSCFD7XDQDK74',
      note: 'rolled back to version 1',
      at: '2026-11-26T01:25:24.130Z',
    },
  },
  getRulesByNameVersions: {
    response: {
      items: [
        {
          name: 'caps',
          value: { notice: 1, marketing: 5, verification: null, exempt: [] },
          version: 1,
          valid: true,
          author: 'key_01M8AS6YSG6A3KEMDFMCHZV7VM',
          note: null,
          at: '2026-11-26T01:58:36.803Z',
        },
      ],
      pageInfo: { after: '1', hasMore: false },
    },
  },
  getRulesByNameVersionsByVersion: {
    response: {
      name: 'caps',
      value: { notice: 2, marketing: 5, verification: null, exempt: [] },
      version: 2,
      valid: true,
      author: 'key_01M8AQA1KZ9C2MSCFD7XDQDK74',
      note: 'n 2',
      at: '2026-11-26T01:25:23.824Z',
    },
  },
};
