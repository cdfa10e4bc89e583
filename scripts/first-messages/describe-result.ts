import { TEMPLATES } from './ensure-setup';
import type { FirstMessages, Outcome } from './send-first-messages';

export type Links = Readonly<Record<'api' | 'docs' | 'temporal' | 'workflow' | 'inbox' | 'sandbox', string>>;

/** Where to look, by name. */
export function linksOf(apiUrl: string, temporalUiUrl: string, result: FirstMessages): Links {
  return {
    api: apiUrl,
    docs: `${apiUrl}/docs`,
    temporal: temporalUiUrl,
    workflow: result.workflowUrl ?? temporalUiUrl,
    inbox: result.inbox.url,
    sandbox: result.sandbox.url,
  };
}

/** Both timelines, the links and a first call to paste, for a person. */
export function describeResult(result: FirstMessages, links: Links, key: string): string {
  const body = JSON.stringify({
    template: TEMPLATES.email,
    recipients: [{ to: 'you@luminate.example', variables: { name: 'You' } }],
  });
  return [
    '',
    ...outcomeLines('Email', result.email, result.inbox.found ? 'is in the inbox' : 'is NOT in the inbox'),
    '',
    ...outcomeLines('SMS', result.sms, result.sandbox.found ? 'is in the sandbox' : 'is NOT in the sandbox'),
    '',
    `  API documentation    ${links.docs}`,
    `  Temporal Web UI      ${links.workflow}`,
    `  Mail inbox           ${links.inbox}`,
    `  SMS sandbox          ${links.sandbox}`,
    '',
    'Send one yourself:',
    '',
    `  curl -X POST ${links.api}/v1/sends \\`,
    `    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\`,
    `    -d '${body}'`,
    '',
  ].join('\n');
}

function outcomeLines(what: string, { id, status, timeline }: Outcome, where: string): string[] {
  const steps = timeline.map(({ at, text }) => `  ${clock(at)}  ${text}`);
  return [`${what} ${id}: ${status}, ${where}`, ...steps];
}

/** `2026-11-23T13:50:01.123Z` → `13:50:01.123`; anything else as it is. */
function clock(at: string): string {
  return /T(\d\d:\d\d:\d\d\.\d{3})/.exec(at)?.[1] ?? at;
}
