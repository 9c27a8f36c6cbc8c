import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 'gry_pat_';
const SECRET_LENGTH = 30;
const CHECK_LENGTH = 6;

function base62(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) text = ALPHABET.charAt(rest % 62) + text;
  return text;
}

function checkText(secret: string): string {
  return base62(
    createHash('sha256')
      .update(PREFIX + secret)
      .digest()
      .readUInt32BE(0),
    CHECK_LENGTH,
  );
}

/** 30 characters of base 62 (178 bits) without modulo bias: bytes of 248 and above are drawn again. */
function randomSecret(): string {
  let text = '';
  while (text.length < SECRET_LENGTH) {
    for (const byte of randomBytes(SECRET_LENGTH)) {
      if (byte < 248 && text.length < SECRET_LENGTH) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}

/** `gry_pat_<30 base62><6 check>`: recognisable to secret scanners, and a typo is known without a look-up. */
export function newPersonalToken(): string {
  const secret = randomSecret();
  return PREFIX + secret + checkText(secret);
}

export function looksLikePersonalToken(text: string): boolean {
  if (!text.startsWith(PREFIX) || text.length !== PREFIX.length + SECRET_LENGTH + CHECK_LENGTH) return false;
  const secret = text.slice(PREFIX.length, PREFIX.length + SECRET_LENGTH);
  return checkText(secret) === text.slice(-CHECK_LENGTH);
}

/** What is stored: the secret has far more entropy than a password, so one SHA-256 is enough. */
export function hashSecret(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** What a list shows of a token. */
export function tokenPrefix(token: string): string {
  return token.slice(0, PREFIX.length + 4);
}

/** 256 bits for a session cookie. */
export function newSessionSecret(): string {
  return randomBytes(32).toString('base64url');
}
