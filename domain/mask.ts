/** An address as people may see it: `j***@example.com`, `+86138****8000`. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at > 0) return `${address.slice(0, 1)}***${address.slice(at)}`;
  if (address.length < 8) return '***';
  return `${address.slice(0, Math.min(6, address.length - 6))}****${address.slice(-4)}`;
}

const EMAIL = /[^\s<>"',;:@]+@[^\s<>"',;:@]+/g;
const PHONE = /\+?\d[\d\s-]{6,}\d/g;

/** A provider's words without the addresses in them, cut to 300 characters. */
export function maskText(text: string): string {
  return text
    .replace(EMAIL, (address) => maskAddress(address))
    .replace(PHONE, (phone) => maskAddress(phone))
    .slice(0, 300);
}
