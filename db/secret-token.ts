import { hash, randomBytes } from 'node:crypto';

/** 256 random bits as text, after a prefix by which people tell what it is. */
export const newSecretToken = (prefix = ''): string => prefix + randomBytes(32).toString('base64url');

/** What the database keeps of such a token: its SHA-256 in hexadecimal digits. */
export const hashOfToken = (token: string): string => hash('sha256', token, 'hex');
