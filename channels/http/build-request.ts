import { validateHeaderValue } from 'node:http';
import type { HttpCall } from './http-client';
import type { HttpConfig } from './http-config';
import { compileTemplate, type RequestValues } from './request-template';

type Render<T> = (values: RequestValues) => T;

function compileRecord(record: Readonly<Record<string, string>>): Render<Record<string, string>> {
  const parts = Object.entries(record).map(([name, source]) => [name, compileTemplate(source, 'plain')] as const);
  return (values) => Object.fromEntries(parts.map(([name, render]) => [name, render(values)]));
}

/** Texts are rendered where they stand, and the whole is written as JSON afterwards: no value can leave its place. */
function compileJson(json: unknown): Render<unknown> {
  if (typeof json === 'string') return compileTemplate(json, 'plain');
  if (Array.isArray(json)) {
    const items = json.map(compileJson);
    return (values) => items.map((item) => item(values));
  }
  if (typeof json === 'object' && json !== null) {
    const fields = Object.entries(json).map(([name, inner]) => [name, compileJson(inner)] as const);
    return (values) => Object.fromEntries(fields.map(([name, inner]) => [name, inner(values)]));
  }
  return () => json;
}

function compileBody(body: HttpConfig['body']): { contentType?: string; render: Render<string | undefined> } {
  switch (body.kind) {
    case 'none':
      return { render: () => undefined };
    case 'json': {
      const render = compileJson(body.content);
      return { contentType: 'application/json; charset=utf-8', render: (values) => JSON.stringify(render(values)) };
    }
    case 'form': {
      const render = compileRecord(body.fields);
      const contentType = 'application/x-www-form-urlencoded';
      return { contentType, render: (values) => new URLSearchParams(render(values)).toString() };
    }
    case 'text':
      return { contentType: body.contentType, render: compileTemplate(body.content, 'plain') };
  }
}

/** A value that is a dot or two would climb in the path, however it is written. */
function addressOf(text: string): URL {
  const [path = ''] = text.split(/[?#]/, 1);
  if (/\/(\.|%2e){1,2}(\/|$)/i.test(path)) throw new Error('a value in the path of its address is only dots');
  return new URL(text);
}

/** A header is one line of Latin-1; anything else in a value becomes a space, or is refused by Node. */
function headersOf(rendered: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(rendered)) {
    headers[name.toLowerCase()] = value.replace(/[\r\n\0]+/g, ' ').trim();
    validateHeaderValue(name, headers[name.toLowerCase()] ?? '');
  }
  return headers;
}

/** The request of an account, parsed once. Building one throws when its values do not fit: a secret that is absent, a header. */
export function createRequestBuilder(config: HttpConfig): Render<HttpCall> {
  const url = compileTemplate(config.url, 'url');
  const headers = compileRecord(config.headers);
  const body = compileBody(config.body);
  return (values) => {
    const text = body.render(values);
    return {
      method: config.method,
      url: addressOf(url(values)),
      headers: {
        ...(body.contentType === undefined ? {} : { 'content-type': body.contentType }),
        ...headersOf(headers(values)),
        ...(text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
      },
      ...(text === undefined ? {} : { body: text }),
    };
  };
}

/** The request that only looks whether the account works, likewise; without one of the account's own it asks for nothing. */
export function createCheckBuilder(config: HttpConfig): Render<HttpCall> {
  const { check } = config;
  const url = compileTemplate(check?.url ?? config.url, 'url');
  const headers = compileRecord(check?.headers ?? {});
  return (values) => ({
    method: check ? 'GET' : 'OPTIONS',
    url: addressOf(url(values)),
    headers: headersOf(headers(values)),
  });
}
