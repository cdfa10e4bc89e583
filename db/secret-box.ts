import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export interface SecretBox {
  /** Text for the database. `context` (e.g. the id of the row) is bound in: the text opens only with the same one. */
  seal(secrets: unknown, context: string): string;
  /** The secrets; throws when the key or the context is another one, or the text was changed. */
  open(sealed: string, context: string): unknown;
}

/** AES-256-GCM with a fresh 96-bit nonce for every text: `v1.<nonce>.<tag>.<ciphertext>`, each in base64url. */
export function createSecretBox(keyBase64: string): SecretBox {
  const key = Buffer.from(keyBase64, 'base64');
  return {
    seal(secrets, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
      return ['v1', ...[nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url'))].join('.');
    },
    open(sealed, context) {
      const [version, ...parts] = sealed.split('.');
      const [nonce, tag, text] = parts.map((part) => Buffer.from(part, 'base64url'));
      if (version !== 'v1' || !nonce || !tag || !text)
        throw new Error('These secrets were sealed in a form this version does not know.');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context)).setAuthTag(tag);
        return JSON.parse(Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')) as unknown;
      } catch (cause) {
        throw new Error('The secrets cannot be opened: LUMINATE_SECRET_KEY is not the key they were sealed with.', {
          cause,
        });
      }
    },
  };
}
