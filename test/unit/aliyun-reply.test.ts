import { fromAliyunAnswer } from '../../channels/sms/aliyun-reply';

const BY_ACCOUNT = { templateCode: false, signName: false };

describe('fromAliyunAnswer', () => {
  test.each([
    [200, 'isv.MOBILE_NUMBER_ILLEGAL', 'refused'],
    [200, 'isv.MOBILE_COUNT_OVER_LIMIT', 'refused'],
    [200, 'isv.TEMPLATE_MISSING_PARAMETERS', 'refused'],
    [200, 'isv.TEMPLATE_PARAMS_ILLEGAL', 'refused'],
    [200, 'isv.INVALID_JSON_PARAM', 'refused'],
    [200, 'isv.BLACK_KEY_CONTROL_LIMIT', 'refused'],
    [200, 'isv.CUSTOMER_REFUSED', 'refused'],
    [200, 'isv.SMS_CONTENT_ILLEGAL', 'refused'],
    [200, 'isv.SOMETHING_NEW', 'refused'],
    [400, 'MissingPhoneNumbers', 'refused'],
    [200, 'isv.BUSINESS_LIMIT_CONTROL', 'throttled'],
    [200, 'isv.DAY_LIMIT_CONTROL', 'throttled'],
    [200, 'isv.MONTH_LIMIT_CONTROL', 'throttled'],
    [400, 'Throttling', 'throttled'],
    [400, 'Throttling.User', 'throttled'],
    [429, undefined, 'throttled'],
    [200, 'isv.AMOUNT_NOT_ENOUGH', 'misconfigured'],
    [200, 'isv.OUT_OF_SERVICE', 'misconfigured'],
    [200, 'isv.PRODUCT_UN_SUBSCRIPT', 'misconfigured'],
    [200, 'isv.ACCOUNT_ABNORMAL', 'misconfigured'],
    [200, 'isv.DENY_IP_RANGE', 'misconfigured'],
    [200, 'isp.RAM_PERMISSION_DENY', 'misconfigured'],
    [400, 'SignatureDoesNotMatch', 'misconfigured'],
    [404, 'InvalidAccessKeyId.NotFound', 'misconfigured'],
    [400, 'InvalidAccessKeyId.Inactive', 'misconfigured'],
    [403, 'Forbidden.RAM', 'misconfigured'],
    [400, 'InvalidTimeStamp.Expired', 'misconfigured'],
    [404, undefined, 'misconfigured'],
    [302, undefined, 'misconfigured'],
    [408, undefined, 'unavailable'],
    // None of these proves that nothing was sent.
    [200, 'isp.SYSTEM_ERROR', 'ambiguous'],
    [200, 'isp.GATEWAY_ERROR', 'ambiguous'],
    [200, 'isp.UNKNOWN', 'ambiguous'],
    [503, 'ServiceUnavailable', 'ambiguous'],
    [500, 'InternalError', 'ambiguous'],
    [400, 'SignatureNonceUsed', 'ambiguous'],
    [502, undefined, 'ambiguous'],
    [200, undefined, 'ambiguous'],
    [200, 'toString', 'ambiguous'],
  ])('HTTP %i with code %s is %s', (status, code, expected) => {
    const outcome = fromAliyunAnswer({ status, code, message: 'why' }, BY_ACCOUNT);
    expect(outcome).toEqual({
      class: expected,
      code: code ?? String(status),
      detail: 'why',
      ...(code === 'isv.BUSINESS_LIMIT_CONTROL' ? { about: 'recipient' } : {}),
    });
  });

  test.each([
    ['isv.SMS_TEMPLATE_ILLEGAL', 'refused', 'misconfigured'],
    ['isv.SMS_SIGNATURE_ILLEGAL', 'misconfigured', 'refused'],
    ['isv.SMS_SIGNATURE_SCENE_ILLEGAL', 'refused', 'refused'],
  ])('%s blames the template when it named what is wrong, else the account', (code, byCode, bySign) => {
    const classOf = (own: { templateCode: boolean; signName: boolean }) =>
      fromAliyunAnswer({ status: 200, code }, own).class;
    expect(classOf(BY_ACCOUNT)).toBe('misconfigured');
    expect(classOf({ templateCode: true, signName: false })).toBe(byCode);
    expect(classOf({ templateCode: false, signName: true })).toBe(bySign);
  });

  test('passes on how long to wait, masks numbers, and has words of its own where there are none', () => {
    const { retryAfterMs } = fromAliyunAnswer({ status: 429, retryAfter: '7' }, BY_ACCOUNT);
    expect(retryAfterMs).toBe(7000);
    const { detail } = fromAliyunAnswer({ status: 200, code: 'isv.X', message: '13800138000 is wrong' }, BY_ACCOUNT);
    expect(detail).toBe('13800****8000 is wrong');
    expect(fromAliyunAnswer({ status: 502 }, BY_ACCOUNT).detail).toContain('HTTP 502');
  });
});
