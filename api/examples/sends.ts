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
      id: 'snd_01M8AQC1JE9EC1GC096321W32K',
      appId: 'app_01M8AQC1AD7K3BCAC8ZH14582P',
      lane: 'sms.notice',
      template: { id: 1, key: 'news', version: 1 },
      metadata: { order: 1 },
      attachments: [],
      sendAt: null,
      expiresAt: null,
      createdAt: '2026-11-26T01:26:26.126Z',
      total: 1,
      counts: { accepted: 1 },
      messages: [{ index: 0, id: 'msg_01M8AQC1JE9EC1GC096321W32J', recipientId: 'u1', status: 'accepted' }],
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
