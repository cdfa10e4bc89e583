import { createSmsSandbox } from './create-sms-sandbox';

/* eslint-disable no-restricted-properties -- a program of its own, started without the product's configuration */
const {
  PORT = '1090',
  HOST = '127.0.0.1',
  TWILIO_ACCOUNT_SID = `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN = 'sandbox',
  ALIYUN_ACCESS_KEY_ID = 'sandbox',
  ALIYUN_ACCESS_KEY_SECRET = 'sandbox',
  ALIYUN_REPORT_URL,
} = process.env;
/* eslint-enable no-restricted-properties */

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const sandbox = createSmsSandbox({
  twilio: { accountSid: TWILIO_ACCOUNT_SID, authToken: TWILIO_AUTH_TOKEN },
  aliyun: {
    accessKeyId: ALIYUN_ACCESS_KEY_ID,
    accessKeySecret: ALIYUN_ACCESS_KEY_SECRET,
    ...(ALIYUN_REPORT_URL === undefined ? {} : { reportUrl: ALIYUN_REPORT_URL }),
  },
  log: say,
});

const server = sandbox.app.listen(Number(PORT), HOST, (error) => {
  if (!error) {
    say(`SMS sandbox: http://${HOST}:${PORT} (Twilio ${TWILIO_ACCOUNT_SID}, Aliyun ${ALIYUN_ACCESS_KEY_ID})`);
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
