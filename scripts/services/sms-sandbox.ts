import { join } from 'node:path';
import { PROJECT_ROOT } from './project-root';
import { probeHttp } from './probes';
import { startService, type RunningService } from './running-service';

/** Who may use the sandbox; made-up, of the form that Twilio's have. */
export interface SandboxCredentials {
  readonly accountSid: string;
  readonly authToken: string;
}

export const SANDBOX_CREDENTIALS: SandboxCredentials = {
  accountSid: `AC${'5a'.repeat(16)}`,
  authToken: 'b0'.repeat(16),
};
/** The same for Aliyun's API of the sandbox. */
const SANDBOX_ALIYUN_KEY = { accessKeyId: `LTAI${'5a'.repeat(10)}`, accessKeySecret: 'b0'.repeat(15) };

export interface SmsSandboxOptions {
  readonly port: number;
  readonly log: string;
  /** Default `SANDBOX_CREDENTIALS`. */
  readonly credentials?: SandboxCredentials;
}

/** Starts the built SMS sandbox (sandbox/main.ts) on 127.0.0.1. Url: its web page, and the base address of its APIs. */
export function startSmsSandbox(options: SmsSandboxOptions): Promise<RunningService> {
  const { port, log, credentials = SANDBOX_CREDENTIALS } = options;
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    HOST: '127.0.0.1',
    PORT: String(port),
    TWILIO_ACCOUNT_SID: credentials.accountSid,
    TWILIO_AUTH_TOKEN: credentials.authToken,
    ALIYUN_ACCESS_KEY_ID: SANDBOX_ALIYUN_KEY.accessKeyId,
    ALIYUN_ACCESS_KEY_SECRET: SANDBOX_ALIYUN_KEY.accessKeySecret,
  };
  const args = [join(PROJECT_ROOT, 'dist/sandbox/main.js')];
  return startService({
    name: 'SMS sandbox',
    url,
    command: process.execPath,
    args,
    env,
    log,
    probe: () => probeHttp(url),
  });
}

/** Whether the sandbox at `url` took a text for `to` that contains `text`. */
export async function sandboxHolds(url: string, to: string, text: string): Promise<boolean> {
  const { accountSid, authToken } = SANDBOX_CREDENTIALS;
  const address = `${url}/2010-04-01/Accounts/${accountSid}/Messages.json?${new URLSearchParams({ To: to }).toString()}`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const response = await fetch(address, { headers: { authorization } });
  const { messages } = (await response.json()) as { messages: { to: string; body: string }[] };
  return messages.some((message) => message.to === to && message.body.includes(text));
}
