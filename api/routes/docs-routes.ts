import { dirname, join } from 'node:path';
import { Router } from 'express';
import { nameRoute } from '../context';
import { ApiError, PROBLEMS, type ProblemCode } from '../problem';

const PAGE = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Luminate API</title>
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

/** A file of its own, because the page allows no inline scripts. No validator: it would call a server outside. */
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** /openapi.json, /docs to read and try it (works offline), and /problems/:code, where the `type` of a problem leads. */
export function createDocsRouter(document: object): Router {
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  const text = JSON.stringify(document);
  const router = Router();
  router.get('/openapi.json', nameRoute('/openapi.json'), (_req, res) => {
    res.type('application/json').send(text);
  });
  router.get('/docs', nameRoute('/docs'), (_req, res) => {
    res.type('html').send(PAGE);
  });
  router.get('/docs/start.js', nameRoute('/docs/start.js'), (_req, res) => {
    res.type('text/javascript').send(START);
  });
  for (const name of ASSETS) {
    router.get(`/docs/assets/${name}`, nameRoute('/docs/assets'), (_req, res) => {
      res.sendFile(join(folder, name), { maxAge: '1d', dotfiles: 'allow' });
    });
  }
  router.get('/problems/:code', nameRoute('/problems/:code'), (req, res) => {
    const code = Object.keys(PROBLEMS).find((known): known is ProblemCode => known === req.params['code']);
    if (!code) throw new ApiError('not_found', 'There is no such problem. /openapi.json lists all of them.');
    const [status, title, when] = PROBLEMS[code];
    res.json({ code, status, title, when });
  });
  return router;
}
