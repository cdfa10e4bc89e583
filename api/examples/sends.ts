import type { Examples } from './example';

/** Examples of the operations on sends. */
export const sendsExamples: Examples = {
  postSends: {
    request: {
      template: 'order-shipped',
      recipients: [{ to: 'ada@example.com', id: 'u7', variables: { name: 'Ada' } }],
      variables: { order: 42 },
    },
    response: {
      id: 'snd_01M84BZW808SY1J1GKT7KH6WJQ',
      status: 'accepted',
      template: { id: 1, key: 'order-shipped', version: 1 },
      messages: [{ index: 0, id: 'msg_01M84BZW808SY1J1GKT7KH6WJP', recipientId: 'u7', status: 'accepted' }],
      rejected: [],
      warnings: [],
    },
  },
  getSendsById: {
    response: {
      id: 'snd_01M8AS56TK3J9V97Z1RQK0BKGY',
      appId: 'app_01M8AS564YDW831C22CCXXR74A',
      lane: 'sms.notice',
      template: { id: 1, key: 'welcome', version: 1 },
      metadata: null,
      attachments: [],
      sendAt: null,
      expiresAt: null,
      createdAt: '2026-11-26T01:57:39.283Z',
      total: 1,
      counts: { accepted: 1 },
      messages: [{ index: 0, id: 'msg_01M8AS56TK3J9V97Z1RQK0BKGX', status: 'accepted' }],
      rejected: [],
    },
  },
  postSendsByIdRecall: {
    response: {
      id: 'snd_01M8AQCRPJEA7CQZ053SHC7E23',
      recalled: 1,
      tooLate: 1,
      messages: [
        {
          id: 'msg_01M8AQCRPJEA7CQZ053SHC7E21',
          index: 1,
          result: 'recalled',
          status: 'recalled',
          reason: 'recalled',
          handedOverAt: null,
        },
        {
          id: 'msg_01M8AQCRPJEA7CQZ053SHC7E22',
          index: 2,
          result: 'too_late',
          status: 'deduplicated',
          reason: 'duplicate_recipient',
          handedOverAt: null,
        },
      ],
    },
  },
};
