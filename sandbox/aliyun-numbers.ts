import { refuse, type Behaviour, type MagicNumber } from './behaviour';

const said = (code: string, message: string): Behaviour => refuse(200, code, message);

/**
 * Recipients with an effect, all of them valid numbers of mainland China for libphonenumber-js/max (+86139001391xx). `GET /`
 * shows this table.
 */
export const ALIYUN_RECIPIENTS: Readonly<Record<string, MagicNumber>> = {
  '+8613900139101': { meaning: 'invalid number', behaviour: said('isv.MOBILE_NUMBER_ILLEGAL', '手机号码格式错误') },
  '+8613900139102': {
    meaning: 'too many texts to this number',
    behaviour: said('isv.BUSINESS_LIMIT_CONTROL', '触发分钟级流控Permits:1'),
  },
  '+8613900139103': { meaning: 'no balance', behaviour: said('isv.AMOUNT_NOT_ENOUGH', '账户余额不足') },
  '+8613900139104': { meaning: 'service stopped', behaviour: said('isv.OUT_OF_SERVICE', '业务停机') },
  '+8613900139105': {
    meaning: 'signature unknown',
    behaviour: said('isv.SMS_SIGNATURE_ILLEGAL', '该账号下找不到对应签名'),
  },
  '+8613900139106': {
    meaning: 'template unknown',
    behaviour: said('isv.SMS_TEMPLATE_ILLEGAL', '该账号下找不到对应模板'),
  },
  '+8613900139107': {
    meaning: 'on the do-not-disturb list',
    behaviour: said('isv.BLACK_KEY_CONTROL_LIMIT', '黑名单管控'),
  },
  '+8613900139108': {
    meaning: 'too many requests',
    behaviour: refuse(400, 'Throttling.User', 'Request was denied due to user flow control.'),
  },
  '+8613900139109': {
    meaning: 'request signed wrongly',
    behaviour: refuse(400, 'SignatureDoesNotMatch', 'Specified signature is not matched with our calculation.'),
  },
  '+8613900139110': { meaning: 'error 500, text not recorded', behaviour: { kind: 'crash', recorded: false } },
  '+8613900139111': { meaning: 'error 500, text recorded', behaviour: { kind: 'crash', recorded: true } },
  '+8613900139112': { meaning: 'no answer, text not recorded', behaviour: { kind: 'hang', recorded: false } },
  '+8613900139113': { meaning: 'no answer, text recorded', behaviour: { kind: 'hang', recorded: true } },
  '+8613900139114': { meaning: 'connection reset, text not recorded', behaviour: { kind: 'reset', recorded: false } },
  '+8613900139115': { meaning: 'connection reset, text recorded', behaviour: { kind: 'reset', recorded: true } },
  '+8613900139116': {
    meaning: 'service unavailable',
    behaviour: refuse(503, 'ServiceUnavailable', 'The request has failed due to a temporary failure of the server.'),
  },
  '+8613900139117': {
    meaning: 'taken, later failed (MOBILE_NOT_ON_SERVICE)',
    behaviour: { kind: 'receipt', end: 'failed', errorCode: 'MOBILE_NOT_ON_SERVICE' },
  },
  '+8613900139118': { meaning: 'taken and sent, never reported', behaviour: { kind: 'receipt', end: 'sent' } },
};
