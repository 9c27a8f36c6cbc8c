import { invalidField } from '@granary/kernel';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's parameters for Argon2id (the library's default algorithm): memory in KiB. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MIN_LENGTH = 10;
const MAX_LENGTH = 1024;

export function checkPassword(password: string, field = 'password'): void {
  if (password.length < MIN_LENGTH) throw invalidField(field, `${field} must have at least ${MIN_LENGTH} characters`);
  if (password.length > MAX_LENGTH) throw invalidField(field, `${field} must have at most ${MAX_LENGTH} characters`);
}

export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

let decoy: Promise<string> | undefined;

/** Costs the same with and without a stored hash, so that time does not tell which accounts exist. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const matches = await verify(stored ?? (await decoy), password.slice(0, MAX_LENGTH));
  return stored !== null && matches;
}
