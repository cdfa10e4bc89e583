import { Router, type Request, type Response } from 'express';
import { partsOfLane } from '../../domain/lane';
import type { MessageId } from '../../domain/ids';
import { nameRoute } from '../context';
import type { ApiDeps } from '../deps';

type Deps = Pick<ApiDeps, 'database' | 'unsubscribeTokens'>;

const PATH = '/u/:token';
const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color:#222}
button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.4rem;background:#1d4ed8;color:#fff;cursor:pointer}`;

const page = (title: string, content: string): string => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${title}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>${title}</h1>
    ${content}
  </body>
</html>
`;

const QUESTION = page(
  'Unsubscribe',
  `<p>Do you want no more marketing mail from this sender? Codes and notices that you need will still reach you.</p>
    <form method="post"><button type="submit">Unsubscribe</button></form>`,
);
const DONE = page('Unsubscribed', '<p>You will get no more marketing mail from this sender.</p>');
const UNKNOWN = page(
  'Unknown link',
  '<p>This link is not complete, or no longer valid. Copy it whole from the mail.</p>',
);

function sendPage(res: Response, status: number, html: string): void {
  res.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  res.setHeader('Cache-Control', 'no-store');
  res.status(status).type('html').send(html);
}

/** Suppresses the address of the message for marketing of its app; false when there is no such message. Idempotent. */
async function unsubscribe({ database }: Deps, messageId: MessageId): Promise<boolean> {
  const message = await database.stores.messages.get(messageId);
  if (!message) return false;
  const now = new Date();
  await database.transaction(async (stores) => {
    await stores.suppressions.add([
      {
        channel: partsOfLane(message.lane).channel,
        address: message.address,
        appId: message.appId,
        reason: 'unsubscribe',
        appliesTo: 'marketing',
        source: 'unsubscribe',
        messageId,
      },
    ]);
    await stores.receipts.add([
      {
        source: 'unsubscribe',
        accountId: null,
        eventId: messageId,
        event: 'unsubscribe',
        messageId,
        providerMessageId: null,
        code: 'link',
        detail: 'link in the mail',
        suppress: 'unsubscribe',
        happenedAt: now,
        receivedAt: now,
        dueAt: null,
        appliedAt: now,
        outcome: 'applied',
      },
    ]);
  });
  return true;
}

/**
 * /u/:token, the link in marketing mail. GET only asks, because scanners follow links; POST acts, whether a person pressed the
 * button or a mail program sent the one-click body of RFC 8058.
 */
export function createUnsubscribeRouter(deps: Deps): Router {
  const router = Router();
  const messageOf = (req: Request): MessageId | undefined => deps.unsubscribeTokens.read(String(req.params['token']));
  router.get(PATH, nameRoute(PATH), (req, res) => {
    const known = messageOf(req) !== undefined;
    sendPage(res, known ? 200 : 404, known ? QUESTION : UNKNOWN);
  });
  router.post(PATH, nameRoute(PATH), async (req, res) => {
    const messageId = messageOf(req);
    const done = messageId !== undefined && (await unsubscribe(deps, messageId));
    sendPage(res, done ? 200 : 404, done ? DONE : UNKNOWN);
  });
  return router;
}
