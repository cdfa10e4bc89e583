import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../scripts/services/ports';

/** A real OpenID provider in a process of its own (oidc-provider.mjs). */
export interface OidcServer {
  readonly issuer: string;
  /** Signs somebody in at the provider, as a browser would; returns the address to which it sends the browser back. */
  signIn(authorizationUrl: string, login: string): Promise<URL>;
  close(): Promise<void>;
}

export async function startOidcServer(): Promise<OidcServer> {
  const port = await freePort();
  const program = join(__dirname, 'oidc-provider.mjs');
  const child = spawn(process.execPath, [program, String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the OpenID provider has ended'))),
  ]);
  const issuer = `http://127.0.0.1:${port}`;
  return {
    issuer,
    signIn: (url, login) => browse(issuer, url, login),
    async close() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

/** Follows the provider's redirects with its cookies, filling in its form, until it sends the browser elsewhere. */
async function browse(issuer: string, start: string, login: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  let form: Record<string, string> | undefined;
  for (let steps = 0; url.origin === issuer && steps < 10; steps++) {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location) {
      [url, form] = [new URL(location, url), undefined];
      continue;
    }
    const page = await response.text();
    const [, action] = /<form[^>]*action="([^"]+)"/.exec(page) ?? [];
    if (!action || form) throw new Error(`the provider answered ${response.status}: ${page.slice(0, 500)}`);
    [url, form] = [new URL(action, url), { prompt: 'login', login, password: 'any' }];
  }
  return url;
}
