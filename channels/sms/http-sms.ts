import { createHttpProvider } from '../http/http-provider';

/** SMS by any provider with an HTTP API that the account describes. */
export const httpSms = createHttpProvider('http-sms', 'sms');
