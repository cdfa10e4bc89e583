import { hash, verify } from '@node-rs/argon2';

/** What OWASP recommends for Argon2id, the library's default: 19 MiB, two passes. They stand in every hash, so that they can be raised. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const BEGINNING = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

/** The form in which a password is kept. */
export const hashPassword = (password: string): Promise<string> => hash(password, PARAMETERS);

/** Compared with when there is nothing to compare with: it takes the same time, and no password fits it. */
const NOBODYS = '$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Whether the password is the one that was kept; takes as long without one (`null`), and is false then. */
export async function isPassword(kept: string | null, password: string): Promise<boolean> {
  const fits = await verify(kept ?? NOBODYS, password);
  return fits && kept !== null;
}

/** True for a hash made with other parameters than today's: put the password down anew. */
export const isOutdated = (kept: string): boolean => !BEGINNING.test(kept);
