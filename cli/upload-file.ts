import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ApiProblem, unreachable, type ApiClient } from './api-client';
import { createProgressBar } from './progress-bar';
import { UsageError } from './usage-error';

/** An audience as the API tells of it after its upload. */
export interface UploadedAudience {
  readonly id: string;
  readonly accepted: number;
  readonly duplicates: number;
  readonly invalid: number;
}

const MB = 1_048_576;

/** Uploads a file of recipients, whatever its size, with progress. Throws `UsageError` for no file, `ApiProblem` for a refused one. */
export async function uploadFile(
  api: ApiClient,
  file: string,
  query: Readonly<Record<string, string>>,
): Promise<UploadedAudience> {
  const { size } = await stat(file).catch(() => {
    throw new UsageError(`There is no file ${file}.`);
  });
  const all = new URLSearchParams({ ...query, name: path.basename(file), uploadId: randomUUID() });
  const bar = createProgressBar('upload');
  try {
    const response = await post(api, `/v1/audiences?${all.toString()}`, file, size, (sent) => {
      const note = sent < size ? `${(sent / MB).toFixed(1)} of ${(size / MB).toFixed(1)} MB` : 'being read';
      bar.update(sent, size, note);
    });
    const body = await text(response);
    const status = response.statusCode ?? 0;
    if (status >= 300) throw ApiProblem.of(status, body);
    return JSON.parse(body) as UploadedAudience;
  } finally {
    bar.end();
  }
}

/** Resolves with the answer, which may come before all is sent. Not by fetch: the answer may take longer than that waits. */
function post(
  { url, headers }: ApiClient,
  target: string,
  file: string,
  size: number,
  onSent: (bytes: number) => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, 'content-type': 'text/csv', 'content-length': String(size) };
    const request = (url.startsWith('https:') ? overHttps : overHttp)(`${url}${target}`, {
      method: 'POST',
      headers: all,
    });
    const content = createReadStream(file);
    let sent = 0;
    request.on('response', (response) => {
      content.destroy();
      resolve(response);
    });
    request.on('error', (error) => {
      content.destroy();
      reject(unreachable(url, error));
    });
    content.on('error', (error) => {
      request.destroy(error);
    });
    content.on('data', (chunk) => {
      sent += chunk.length;
      onSent(sent);
    });
    content.pipe(request);
  });
}
