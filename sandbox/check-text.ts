import type { NewText } from './message-store';

/** A request that Twilio would answer with HTTP 400. */
interface TextError {
  readonly code: number;
  readonly message: string;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const SENDER = /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;
const MAX_BODY = 1600;
const MAX_VALIDITY_SECONDS = 36_000;
const MAX_AHEAD_MS = 35 * 86_400_000;

function checkSender(from: string, service: string): TextError | undefined {
  if (!from && !service) {
    return { code: 21603, message: "A 'From' or 'MessagingServiceSid' parameter is required to send a message" };
  }
  if (from && !SENDER.test(from))
    return { code: 21212, message: `The 'From' number ${from} is not a valid phone number.` };
  if (service && !/^MG[0-9a-f]{32}$/i.test(service)) {
    return { code: 21705, message: `The Messaging Service Sid ${service} is invalid.` };
  }
  return undefined;
}

/** When a text is held until: `null` for at once. */
function checkSchedule(type: string, sendAt: string, service: string, minAheadMs: number): number | null | TextError {
  if (!type && !sendAt) return null;
  if (!service) return { code: 35118, message: 'MessagingServiceSid is required to schedule a message' };
  if (type !== 'fixed') return { code: 35126, message: 'The ScheduleType value provided is not supported' };
  const ahead = Date.parse(sendAt) - Date.now();
  if (ahead >= minAheadMs && ahead <= MAX_AHEAD_MS) return Date.parse(sendAt);
  const seconds = Math.round(minAheadMs / 1000);
  return { code: 35114, message: `SendAt time must be between ${seconds} seconds and 35 days in the future` };
}

function checkValidity(validity: string): TextError | undefined {
  if (!validity) return undefined;
  if (/^\d{1,5}$/.test(validity) && Number(validity) >= 1 && Number(validity) <= MAX_VALIDITY_SECONDS) return undefined;
  return { code: 90007, message: `validity_period must be between 1 and ${MAX_VALIDITY_SECONDS}: ${validity}` };
}

/** Reads the form of "create a message"; the checks are in Twilio's order, recipient first. `minAheadMs`: the shortest time to hold a text. */
export function checkText(form: Readonly<Record<string, unknown>>, minAheadMs: number): NewText | TextError {
  const field = (name: string): string => {
    const value = form[name];
    return typeof value === 'string' ? value : '';
  };
  const [to, from, service, body] = [field('To'), field('From'), field('MessagingServiceSid'), field('Body')];
  if (!to) return { code: 21604, message: "A 'To' phone number is required." };
  if (!E164.test(to)) return { code: 21211, message: `Invalid 'To' Phone Number: ${to}` };
  const senderError = checkSender(from, service);
  if (senderError) return senderError;
  if (!body) return { code: 21602, message: 'Message body is required.' };
  if (body.length > MAX_BODY) {
    return { code: 21617, message: 'The concatenated message body exceeds the 1600 character limit' };
  }
  const validity = field('ValidityPeriod');
  const validityError = checkValidity(validity);
  if (validityError) return validityError;
  const callback = field('StatusCallback');
  if (callback && !(/^https?:/i.test(callback) && URL.canParse(callback))) {
    return { code: 21609, message: `The 'StatusCallback' URL ${callback} is not a valid URL.` };
  }
  const sendAt = checkSchedule(field('ScheduleType'), field('SendAt'), service, minAheadMs);
  if (typeof sendAt === 'object' && sendAt !== null) return sendAt;
  return {
    provider: 'twilio',
    to,
    from: from || null,
    messagingServiceSid: service || null,
    body,
    validityPeriod: validity ? Number(validity) : null,
    statusCallback: callback || null,
    sendAt,
    outId: null,
    templateCode: null,
  };
}
