import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import { limitBodyTime } from '../../api/middleware/limit-body-time';
import { startServer } from '../../api/start-server';

/** Status and body of GET, over a kept-alive connection. */
function fetchText(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (res) => {
      let text = `${res.statusCode} `;
      res.setEncoding('utf8').on('data', (part: string) => (text += part));
      res.on('end', () => {
        resolve(text);
      });
    }).on('error', reject);
  });
}

describe('startServer', () => {
  test('closing answers what is in flight, refuses what is new and lets idle connections go', async () => {
    const app = express();
    let arrived = (): void => undefined;
    let release = (): void => undefined;
    const inFlight = new Promise<void>((resolve) => (arrived = resolve));
    app.get('/', (_req, res) => {
      arrived();
      release = () => void res.send('done');
    });
    const server = await startServer(app, '127.0.0.1', 0);
    const agent = new Agent({ keepAlive: true });
    const answer = fetchText(server.url, agent);
    await inFlight;
    const closed = server.close();
    await expect(fetchText(server.url, new Agent())).rejects.toThrow('ECONNREFUSED');
    release();
    await expect(answer).resolves.toBe('200 done');
    await closed;
    agent.destroy();
  });

  test('a taken port is told in a sentence', async () => {
    const server = await startServer(express(), '127.0.0.1', 0);
    const port = Number(new URL(server.url).port);
    await expect(startServer(express(), '127.0.0.1', port)).rejects.toThrow(
      `The API cannot listen on 127.0.0.1:${port}: the port is taken; stop what listens there, or set PORT to a free one.`,
    );
    await server.close();
  });

  test('a body that comes in drops is cut off with 408; one that is quick is not, however long its answer takes', async () => {
    const app = express();
    app.use(limitBodyTime(50));
    app.post('/', express.text(), (_req, res) => {
      setTimeout(() => void res.send('done'), 150);
    });
    const server = await startServer(app, '127.0.0.1', 0);
    const quick = await fetch(server.url, { method: 'POST', body: 'x' });
    expect([quick.status, await quick.text()]).toEqual([200, 'done']);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nx');
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    await once(socket, 'end');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
    await server.close();
  });
});
