import { createLuminateClient, type LuminateClient } from '../client/index';
import { UsageError } from './usage-error';

const DEFAULT_URL = 'http://127.0.0.1:3000';

/** The API with the key of the environment: `LUMINATE_URL`, `LUMINATE_API_KEY`. Throws `UsageError` when there is no key, or the address is none, or has a password. */
export function connect(env: NodeJS.ProcessEnv): LuminateClient {
  const url = env['LUMINATE_URL'] ?? DEFAULT_URL;
  const { username, password } = URL.canParse(url) ? new URL(url) : { username: '', password: '' };
  if (username || password)
    throw new UsageError('LUMINATE_URL has a user or password in it: take it out; LUMINATE_API_KEY has the key.');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`LUMINATE_URL "${url}" is no http address.`);
  const key = env['LUMINATE_API_KEY'];
  if (!key) throw new UsageError('LUMINATE_API_KEY is not set: put an API key there, of the role `app` or `admin`.');
  return createLuminateClient({ url, key });
}
