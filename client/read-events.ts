/** One server-sent event. */
export interface ServerEvent {
  /** `message` where the server names none. */
  readonly name: string;
  readonly data: string;
}

/** The events of a stream as they come; one that is cut off is left out. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A carriage return at the end may be the first half of a line's end.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
    const parts = whole.replace(/\r\n?/g, '\n').split('\n\n');
    rest = (parts.pop() ?? '') + rest.slice(whole.length);
    for (const part of parts) {
      const event = eventOf(part.split('\n'));
      if (event) yield event;
    }
  }
}

function eventOf(lines: readonly string[]): ServerEvent | undefined {
  let name = 'message';
  const data: string[] = [];
  for (const line of lines) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { name, data: data.join('\n') };
}
