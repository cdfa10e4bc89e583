import { createTwilioSandbox } from './create-twilio-sandbox';

/* eslint-disable no-restricted-properties -- a program of its own, started without the product's configuration */
const {
  PORT = '1090',
  HOST = '127.0.0.1',
  TWILIO_ACCOUNT_SID = `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN = 'sandbox',
} = process.env;
/* eslint-enable no-restricted-properties */

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const sandbox = createTwilioSandbox({ accountSid: TWILIO_ACCOUNT_SID, authToken: TWILIO_AUTH_TOKEN, log: say });

const server = sandbox.app.listen(Number(PORT), HOST, (error) => {
  if (!error) {
    say(`SMS sandbox: http://${HOST}:${PORT} (account ${TWILIO_ACCOUNT_SID})`);
    return;
  }
  process.stderr.write(`SMS sandbox: cannot listen on ${HOST}:${PORT} (${error.message}). Set PORT to a free port.\n`);
  process.exitCode = 1;
});

const stop = (): void => {
  sandbox.close();
  server.close();
  server.closeAllConnections();
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
