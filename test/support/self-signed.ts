import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A DER value: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
/** 1.2.840.113549.1.1.11, sha256WithRSAEncryption, and its NULL. */
const ALGORITHM = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));
const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(commonName)))));
const utcTime = (time: number): Buffer =>
  der(
    0x17,
    Buffer.from(
      new Date(time)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2),
    ),
  );

export interface SelfSigned {
  readonly pem: string;
  readonly privateKey: KeyObject;
}

/** A new RSA key with a certificate that it signed itself, good from yesterday until `until` (epoch ms; default: tomorrow). */
export function createSelfSigned(commonName: string, until = Date.now() + 86_400_000): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const validity = sequence(utcTime(Date.now() - 2 * 86_400_000), utcTime(until));
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const serial = der(0x02, Buffer.from([1]));
  const body = sequence(serial, ALGORITHM, nameOf(commonName), validity, nameOf(commonName), spki);
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const text = sequence(body, ALGORITHM, signature)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return { pem: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`, privateKey };
}
