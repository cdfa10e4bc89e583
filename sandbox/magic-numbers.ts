import { refuse, type MagicNumber } from './behaviour';

/**
 * Recipients with an effect. The first five are those of Twilio's test credentials, the rest (+150055501xx) are ours; all are
 * valid numbers for libphonenumber-js/max. `GET /` shows this table.
 *
 * | To | effect |
 * |---|---|
 * | +15005550001 / 2 / 3 / 4 / 9 | 400 21211 invalid / 21612 not routable / 21408 country not enabled / 21610 opted out / 21614 not a mobile |
 * | +15005550101 | 429 20429, `Retry-After: 2` |
 * | +15005550102 / 103 | 500, text not recorded / recorded |
 * | +15005550104 / 105 | no answer, not recorded / recorded |
 * | +15005550106 / 107 | connection reset, not recorded / recorded |
 * | +15005550108 / 109 / 110 | 401 20003 credentials / 400 21606 sender / 503 20503 unavailable |
 * | +15005550111 / 112 / 113 | taken, then undelivered 30003 / failed 30008 / sent and never delivered |
 */
export const MAGIC_RECIPIENTS: Readonly<Record<string, MagicNumber>> = {
  '+15005550001': {
    meaning: 'invalid number',
    behaviour: refuse(400, 21211, "The 'To' number +15005550001 is not a valid phone number."),
  },
  '+15005550002': {
    meaning: 'cannot be routed',
    behaviour: refuse(400, 21612, "Message cannot be sent with the current combination of 'To' and 'From' parameters"),
  },
  '+15005550003': {
    meaning: 'country not enabled',
    behaviour: refuse(400, 21408, 'Permission to send an SMS has not been enabled for the region of the To number'),
  },
  '+15005550004': {
    meaning: 'opted out by STOP',
    behaviour: refuse(400, 21610, 'Attempt to send to unsubscribed recipient'),
  },
  '+15005550009': {
    meaning: 'not a mobile number',
    behaviour: refuse(400, 21614, "The 'To' number is not a valid mobile number."),
  },
  '+15005550101': {
    meaning: 'too many requests, Retry-After: 2',
    behaviour: refuse(429, 20429, 'Too Many Requests', 2),
  },
  '+15005550102': { meaning: 'error 500, text not recorded', behaviour: { kind: 'crash', recorded: false } },
  '+15005550103': { meaning: 'error 500, text recorded', behaviour: { kind: 'crash', recorded: true } },
  '+15005550104': { meaning: 'no answer, text not recorded', behaviour: { kind: 'hang', recorded: false } },
  '+15005550105': { meaning: 'no answer, text recorded', behaviour: { kind: 'hang', recorded: true } },
  '+15005550106': { meaning: 'connection reset, text not recorded', behaviour: { kind: 'reset', recorded: false } },
  '+15005550107': { meaning: 'connection reset, text recorded', behaviour: { kind: 'reset', recorded: true } },
  '+15005550108': { meaning: 'credentials refused', behaviour: refuse(401, 20003, 'Authenticate') },
  '+15005550109': {
    meaning: 'sender refused',
    behaviour: refuse(400, 21606, "The 'From' phone number is not a valid, message-capable Twilio phone number"),
  },
  '+15005550110': {
    meaning: 'service unavailable, said by Twilio itself',
    behaviour: refuse(503, 20503, 'Service unavailable'),
  },
  '+15005550111': {
    meaning: 'taken, later undelivered (30003)',
    behaviour: { kind: 'receipt', end: 'undelivered', errorCode: 30003 },
  },
  '+15005550112': {
    meaning: 'taken, later failed (30008)',
    behaviour: { kind: 'receipt', end: 'failed', errorCode: 30008 },
  },
  '+15005550113': { meaning: 'taken and sent, never delivered', behaviour: { kind: 'receipt', end: 'sent' } },
};

/** Senders with an effect, as with Twilio's test credentials; +15005550006 is one that works, like any other. */
export const MAGIC_SENDERS: Readonly<Record<string, MagicNumber>> = {
  '+15005550001': {
    meaning: 'invalid sender',
    behaviour: refuse(400, 21212, "The 'From' number +15005550001 is not a valid phone number."),
  },
  '+15005550007': {
    meaning: 'sender not owned by the account',
    behaviour: refuse(400, 21606, "The 'From' phone number is not a valid, message-capable Twilio phone number"),
  },
  '+15005550008': {
    meaning: "sender's queue is full",
    behaviour: refuse(429, 21611, "This 'From' number has exceeded the maximum number of queued messages"),
  },
};
