import escape from 'validator/lib/escape';
import { ALIYUN_RECIPIENTS } from './aliyun-numbers';
import type { MagicNumber } from './behaviour';
import { MAGIC_RECIPIENTS, MAGIC_SENDERS } from './magic-numbers';
import type { SandboxMessage } from './message-store';

const SHOWN = 200;

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; }
article { border: 1px solid #8886; border-radius: .75rem; padding: .75rem 1rem; margin: .75rem 0; }
header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; font-size: .85rem; opacity: .8; }
p.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 0; font-size: 1.1rem; }
table { border-collapse: collapse; font-size: .9rem; } td { padding: .15rem .75rem .15rem 0; vertical-align: top; }
code { white-space: nowrap; }`;

const time = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

function article(text: SandboxMessage): string {
  const error = text.errorCode === null ? '' : ` ${escape(String(text.errorCode))}`;
  const told = text.answer === 'taken' ? '' : `, answered: ${text.answer}`;
  const sender = text.from ?? text.messagingServiceSid ?? '';
  return `<article>
<header><strong>${escape(text.to)}</strong><span>from ${escape(sender)} by ${text.provider}</span><span>${text.status}${error}${told}</span><span>${text.segments} segment${text.segments === 1 ? '' : 's'}</span><time>${time(text.createdAt)} UTC</time></header>
<p class="text">${escape(text.body)}</p>
</article>`;
}

function rows(numbers: Readonly<Record<string, MagicNumber>>): string {
  return Object.entries(numbers)
    .map(([number, { meaning }]) => `<tr><td><code>${escape(number)}</code></td><td>${escape(meaning)}</td></tr>`)
    .join('\n');
}

/** The inbox of the sandbox: the newest 200 texts, then the magic numbers. One file, no script, reloads itself. */
export function renderPage(texts: readonly SandboxMessage[]): string {
  const shown = texts.slice(0, SHOWN).map(article).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>SMS sandbox (${texts.length})</title>
<style>${STYLE}</style>
<h1>SMS sandbox: ${texts.length} text${texts.length === 1 ? '' : 's'}</h1>
${shown || '<p>No texts yet. They appear here as soon as they are sent; nothing leaves this machine.</p>'}
<h2>Numbers that do something else than being delivered, by Twilio</h2>
<table>${rows(MAGIC_RECIPIENTS)}</table>
<h2>Senders that are refused, by Twilio</h2>
<table>${rows(MAGIC_SENDERS)}</table>
<h2>Numbers that do something else than being delivered, by Aliyun</h2>
<table>${rows(ALIYUN_RECIPIENTS)}</table>
<p><small><code>GET /sandbox/messages</code> lists the texts as JSON, <code>DELETE /sandbox/messages</code> clears them; <code>PUT /sandbox/script</code> makes any of this happen to any number.</small></p>
</html>
`;
}
