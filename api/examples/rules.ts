import type { Examples } from './example';

/** Examples of the operations on rules. */
export const rulesExamples: Examples = {
  getRoutes: {
    response: {
      items: [
        { lane: 'email.notice', accounts: [] },
        { lane: 'email.marketing', accounts: [] },
      ],
      pageInfo: { after: null, hasMore: false },
    },
  },
  getRoutesByLane: { response: { lane: 'email.notice', accounts: [] } },
  putRoutesByLane: {
    request: { accounts: [{ accountId: 'acc_01M8AQA3ZQ8EHRTHB8VNNR266D', weight: 1 }] },
    response: { lane: 'sms.notice', accounts: [{ accountId: 'acc_01M8AQA3ZQ8EHRTHB8VNNR266D', weight: 1 }] },
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
      name: 'discard',
      value: { templates: [], apps: [] },
      version: 0,
      valid: true,
      author: null,
      note: null,
      at: null,
    },
  },
  putRulesByName: {
    request: { value: { notice: 1, marketing: 5, verification: null, exempt: [] }, note: 'n 1' },
    response: {
      name: 'caps',
      value: { notice: 1, marketing: 5, verification: null, exempt: [] },
      version: 1,
      valid: true,
      author: 'key_01M8AQA1KZ9C2MSCFD7XDQDK74',
      note: 'n 1',
      at: '2026-11-26T01:25:23.785Z',
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
          author: 'key_01M8AQF0PRCTZVH4JBK6NPZFW5',
          note: null,
          at: '2026-11-26T01:28:04.601Z',
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
