import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import isEmail from 'validator/lib/isEmail';
import type { Channel } from './lane';

/** Not for workflow code: it carries the phone metadata. */
export type ParsedAddress = { ok: true; address: string } | { ok: false; reason: string };

const INVISIBLE = /[\p{Cc}\p{Cf}]/u;

/** E.164, e.g. `+8613800138000`. A number without a country code is read as one of `defaultRegion` (ISO 3166-1 alpha-2). */
function parsePhone(text: string, defaultRegion: string): ParsedAddress {
  if (text.includes('@')) return { ok: false, reason: 'is an email address, but the template is for SMS' };
  const phone = parsePhoneNumberFromString(text, { defaultCountry: defaultRegion as CountryCode, extract: false });
  if (!phone?.isValid()) {
    return {
      ok: false,
      reason: `is not a valid phone number; use E.164 (+8613800138000) or a number of ${defaultRegion}`,
    };
  }
  if (phone.ext) return { ok: false, reason: 'has an extension; SMS cannot reach extensions' };
  return { ok: true, address: phone.number };
}

/** Lower case as a whole: the same mailbox must meet the same windows, caps and suppressions however it is typed. */
function parseEmail(text: string): ParsedAddress {
  if (!isEmail(text, { allow_utf8_local_part: false, allow_display_name: false })) {
    const phone = /^\+?[\d\s()-]{6,}$/.test(text);
    return {
      ok: false,
      reason: phone ? 'is a phone number, but the template is for email' : 'is not a valid email address',
    };
  }
  return { ok: true, address: text.toLowerCase() };
}

/** Checks an address for a channel and brings it into the one form that is stored, compared and sent to. */
export function parseAddress(channel: Channel, text: string, defaultRegion: string): ParsedAddress {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: false, reason: 'is empty' };
  if (INVISIBLE.test(trimmed)) return { ok: false, reason: 'contains control or invisible characters' };
  return channel === 'sms' ? parsePhone(trimmed, defaultRegion) : parseEmail(trimmed);
}
