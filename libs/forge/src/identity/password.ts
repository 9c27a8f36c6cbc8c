import { Semaphore, DomainError, invalidField } from '@granary/kernel';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's parameters for Argon2id (the library's default algorithm): memory in KiB. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Each takes 19 MiB and one of libuv's four threads, which files need too. */
const stretching = new Semaphore({
  permits: 2,
  maxQueued: 100,
  maxWaitMs: 10_000,
  refusal: (retryAfterSeconds) =>
    new DomainError('unavailable', 'Too many passwords are being checked at this moment.', {
      hint: 'Try again in a moment. Access tokens and SSH keys do not have to wait.',
      retryAfterSeconds,
    }),
});

const MIN_LENGTH = 10;
const MAX_LENGTH = 1024;

export function checkPassword(password: string, field = 'password'): void {
  if (password.length < MIN_LENGTH) throw invalidField(field, `${field} must have at least ${MIN_LENGTH} characters`);
  if (password.length > MAX_LENGTH) throw invalidField(field, `${field} must have at most ${MAX_LENGTH} characters`);
}

export function hashPassword(password: string): Promise<string> {
  return stretching.run(() => hash(password, PARAMETERS));
}

let decoy: Promise<string> | undefined;

/** Costs the same with and without a stored hash, so that time does not tell which accounts exist. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hash('no account has this password', PARAMETERS);
  const against = stored ?? (await decoy);
  const matches = await stretching.run(() => verify(against, password.slice(0, MAX_LENGTH)));
  return stored !== null && matches;
}
