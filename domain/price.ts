/** What one email or one SMS segment costs: a decimal number with up to eight digits after the point, and an ISO 4217 code. */
export interface Price {
  readonly amount: string;
  readonly currency: string;
}

const DIGITS = 8;

/** As whole 1e-8 of the currency, so that sums are exact. */
function unitsOf(amount: string): bigint {
  const [whole = '0', part = ''] = amount.split('.');
  return BigInt(whole + part.padEnd(DIGITS, '0').slice(0, DIGITS));
}

/** The shortest form of an amount that is not negative: `0.00750000` is `0.0075`. */
export const plainAmount = (amount: string): string => textOf(unitsOf(amount));

function textOf(units: bigint): string {
  const digits = units.toString().padStart(DIGITS + 1, '0');
  const part = digits.slice(-DIGITS).replace(/0+$/, '');
  return digits.slice(0, -DIGITS) + (part ? `.${part}` : '');
}

/** The exact sums of amounts, one for each currency, in the order of their codes. */
export function sumPrices(prices: readonly Price[]): Price[] {
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of prices) sums.set(currency, (sums.get(currency) ?? 0n) + unitsOf(amount));
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, units]) => ({ amount: textOf(units), currency }));
}
