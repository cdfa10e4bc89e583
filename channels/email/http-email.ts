import { createHttpProvider } from '../http/http-provider';

/** Email by any provider with an HTTP API that the account describes. */
export const httpEmail = createHttpProvider('http-email', 'email');
