import { join } from 'node:path';
import { PROJECT_ROOT } from './project-root';
import { probeHttp } from './probes';
import { startService, type RunningService } from './running-service';

export interface MailInboxOptions {
  readonly smtpPort: number;
  readonly webPort: number;
  readonly log: string;
}

/** Starts maildev on 127.0.0.1: takes every mail, delivers none, shows them on a web page. Url: that page. */
export function startMailInbox({ smtpPort, webPort, log }: MailInboxOptions): Promise<RunningService> {
  const url = `http://127.0.0.1:${webPort}`;
  const program = join(PROJECT_ROOT, 'node_modules/maildev/dist/bin/maildev.js');
  const ports = ['--smtp', String(smtpPort), '--web', String(webPort)];
  const args = [program, ...ports, '--ip', '127.0.0.1', '--web-ip', '127.0.0.1', '--max-emails', '1000'];
  const probe = () => probeHttp(`${url}/api/healthz`);
  return startService({ name: 'Mail inbox', url, command: process.execPath, args, log, probe });
}

/** Whether the inbox at `url` holds a mail to `address`. */
export async function inboxHolds(url: string, address: string): Promise<boolean> {
  const response = await fetch(`${url}/api/email`);
  const mails = (await response.json()) as { to?: { address?: string }[] }[];
  return mails.some((mail) => mail.to?.some((to) => to.address === address));
}
