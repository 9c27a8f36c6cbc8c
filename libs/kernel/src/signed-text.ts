import { createHmac, timingSafeEqual } from 'node:crypto';

export type SigningKey = Buffer | string;

/** HMAC-SHA-256 (RFC 2104), 43 characters of base64url. What differs in purpose differs in `key` or in its first words. */
export function signatureOf(text: string, key: SigningKey): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Whether `signature` is {@link signatureOf} of `text`; how long that takes tells nothing of the right one. */
export function isSignatureOf(text: string, signature: string, key: SigningKey): boolean {
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(text, key))];
  return given.length === right.length && timingSafeEqual(given, right);
}
