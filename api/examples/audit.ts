import type { Examples } from './example';

/** Examples of the operations on the audit log. */
export const auditExamples: Examples = {
  getAudit: {
    response: {
      items: [
        {
          id: 42,
          at: '2026-11-24T20:00:00.000Z',
          action: 'rule.change',
          outcome: 'done',
          code: null,
          actor: { kind: 'user', id: 'usr_01M84BZW808SY1J1GKT7KH6WJQ', name: 'Ada' },
          app: null,
          subject: { kind: 'rule', id: 'caps', name: 'caps' },
          before: { version: 3, value: { marketing: 5 } },
          after: { version: 4, value: { marketing: 3 } },
          requestId: '9b2f0c1e-0d5b-4f6a-8a53-0f6f5a1f0c11',
          ip: '192.0.2.7',
          userAgent: 'curl/8.5.0',
          hash: 'f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2',
        },
      ],
      pageInfo: { after: '42', hasMore: false },
    },
  },
};
