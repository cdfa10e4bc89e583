type Values = Readonly<Record<string, unknown>>;

/** `/v1/messages/{id}` with its parameters put in, and the query behind it; what is `undefined` is left out. Throws for a missing one. */
export function addressOf(path: string, parameters: Values = {}, query: Values = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = parameters[name];
    if (value === undefined || value === null || value === '') throw new TypeError(`${path} needs path.${name}.`);
    return encodeURIComponent(textOf(value));
  });
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === null ? [] : [[name, textOf(value)]],
  );
  return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs).toString()}`;
}

/** Parameters are texts, numbers and booleans. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The address of an API without what follows its path. Throws `TypeError` for anything but http(s), or with a password in it. */
export function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.username || parsed?.password)
    throw new TypeError('The url has a user or password in it: give `key` instead.');
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new TypeError(`The url "${url}" is no http address.`);
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
}
