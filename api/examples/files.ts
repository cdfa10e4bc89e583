import { MESSAGE_STATUS_NAMES } from '../../domain/message-status';
import { EXAMPLES } from '.';

const LATENCY = ['Count', 'MeanMs', 'P50Ms', 'P90Ms', 'P99Ms'];
const latencyNames = (of: string) => LATENCY.map((name) => `${of}${name}`);
const STATISTICS = [
  ['lane', 'messages', ...MESSAGE_STATUS_NAMES, 'emails', 'smsSegments', 'smsOfUnknownSize', 'cost', 'unpriced'],
  ['sms.notice', 2, ...MESSAGE_STATUS_NAMES.map((status) => (status === 'delivered' ? 2 : 0)), 0, 2, 0, '0.1 CNY', 0],
];
const LATENCIES = [
  [...latencyNames('acceptToProvider'), ...latencyNames('providerToDelivered')],
  [2, 180, 170, 210, 210, 2, 2400, 2300, 2600, 2600],
];

const ADDED = { total: 2, added: 1, already: 0, failed: 1 };

/** What the documentation shows of the operations that take or give files, by what is in them. */
export const FILE_EXAMPLES = {
  audience: 'userId,name,city\n+8613800138000,Ada,Vienna\n+8613800138001,Grace,Graz\n',
  uploaded: EXAMPLES['getAudiencesById']?.response,
  rejects: 'row,address,code,detail\r\n3,nobody,invalid_address,is no phone number\r\n',
  suppressions: 'to,channel,reason\nada@example.com,email,complaint\n',
  suppressionLines: '{"to":"ada@example.com","reason":"complaint"}\n',
  imported: { ...ADDED, errors: [{ line: 3, code: 'invalid_address', detail: 'is no address' }] },
  exported:
    'id,channel,to,app,reason,appliesTo,source,messageId,createdAt,liftedAt,liftedBy\r\n' +
    'sup_01M84BZW808SY1J1GKT7KH6WJQ,email,ada@example.com,global,complaint,all,api:key_01M84BZW808SY1J1GKT7KH6WJP,,2026-11-24T20:00:00.000Z,,\r\n',
  audit:
    'id,at,action,outcome,code,actorKind,actorId,actorName,app,subjectKind,subjectId,subjectName,before,after,requestId,ip,userAgent,hash\r\n' +
    '42,2026-11-24T20:00:00.000Z,app.create,done,,user,usr_01M84BZW808SY1J1GKT7KH6WJQ,Ada,app_01M84BZW808SY1J1GKT7KH6WJP,app,app_01M84BZW808SY1J1GKT7KH6WJP,shop,,"{""name"":""shop""}",r-1,192.0.2.7,curl/8.5.0,f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2\r\n',
  runEvents: `event: progress\ndata: ${JSON.stringify(EXAMPLES['getRunsById']?.response)}\n\n`,
  runResult:
    'row,to,status,reason,detail,messageId,attempts,account,code,providerMessageId,updatedAt\r\n' +
    '2,+8613800138000,delivered,,,msg_01M84BZW808SY1J1GKT7KH6WJP,1,twilio,,SM1,2026-11-24T20:00:00.000Z\r\n',
  statistics: STATISTICS.map((cells, row) => `${[...cells, ...(LATENCIES[row] ?? [])].join(',')}\r\n`).join(''),
} as const;
