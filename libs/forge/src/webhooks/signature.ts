import { createHmac } from 'node:crypto';

const STANDARD_PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export interface SignedMessage {
  /** The delivery's id, the same through every try. */
  id: string;
  /** Seconds since 1970, of this try. */
  timestampSeconds: number;
  /** The very bytes that are sent. */
  body: Buffer;
}

/** False for a `whsec_…` secret whose rest is not base64. */
export function isUsableSecret(secret: string): boolean {
  return secret !== '' && (!secret.startsWith(STANDARD_PREFIX) || standardKey(secret).length > 0);
}

/**
 * Both schemes at once, so that a receiver may check either.
 *
 * GitHub's: HMAC-SHA256 of the body in hex, keyed with the secret's own bytes. Standard Webhooks': HMAC-SHA256 of
 * `id.timestamp.body` in base64; a secret written `whsec_…` is base64 of the key, any other secret is the key itself.
 *
 * @see GitHub, "Validating webhook deliveries"; Standard Webhooks, "Signature scheme".
 */
export function signatureHeaders(
  secret: string,
  { id, timestampSeconds, body }: SignedMessage,
): Record<string, string> {
  const github = createHmac('sha256', secret).update(body).digest('hex');
  const standard = createHmac('sha256', standardKey(secret))
    .update(`${id}.${timestampSeconds}.`)
    .update(body)
    .digest('base64');
  return { 'X-Hub-Signature-256': `sha256=${github}`, 'webhook-signature': `v1,${standard}` };
}

function standardKey(secret: string): Buffer {
  if (!secret.startsWith(STANDARD_PREFIX)) return Buffer.from(secret, 'utf8');
  const encoded = secret.slice(STANDARD_PREFIX.length);
  return BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
}
