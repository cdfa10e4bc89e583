export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

/** An email address as it is stored and compared: without spaces around it, in small letters. */
export const normalEmail = (text: string): string => text.trim().toLowerCase();

/** What is wrong with a new password, to go on from the name of its place; `undefined` when it will do. */
export function passwordFault(password: string, email: string): string | undefined {
  const length = Array.from(password).length;
  if (length < PASSWORD_MIN) return `must have at least ${PASSWORD_MIN} characters`;
  if (length > PASSWORD_MAX) return `must have at most ${PASSWORD_MAX} characters`;
  if (normalEmail(password) === normalEmail(email)) return 'must not be the email address';
  return undefined;
}
