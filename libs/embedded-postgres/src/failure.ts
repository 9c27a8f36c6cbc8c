import { DomainError } from '@granary/kernel';

const FULL = /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/;

/** Why Postgres did not start or stay, in its own words. */
export function postgresFailure(what: string, output: string): DomainError {
  const message = `${what}\n${output.trim() || '(it wrote no reason)'}`;
  if (FULL.test(output))
    return new DomainError('storage_full', message, { hint: 'Free some space, then start again.' });
  return new DomainError('unavailable', message);
}

/** A failed system call on the way to a running Postgres. */
export function systemFailure(what: string, error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { code, message } = Object(error) as { code?: string; message?: string };
  const full = FULL.test(code ?? '');
  return new DomainError(full ? 'storage_full' : 'unavailable', `${what}: ${message ?? String(error)}`, {
    cause: error,
  });
}
