import { DomainError } from '@granary/kernel';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const OCCUPIED = new Set(['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY']);
const HINT = 'Free some space, then try again.';

/** The domain's face of a failed system call (errno(3)). The path stays in the cause: it is not for users. */
export function storageFailure(error: unknown): unknown {
  const code = errnoCode(error);
  if (code === undefined) return error;
  if (FULL.has(code)) return new DomainError('storage_full', 'The storage is full.', { hint: HINT, cause: error });
  if (OCCUPIED.has(code))
    return new DomainError('conflict', 'A key cannot be the folder of another one.', { cause: error });
  return new DomainError('unavailable', `The storage failed (${code}).`, { cause: error });
}

/** `call`, with a failed system call as a {@link DomainError}. */
export async function guard<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw storageFailure(error);
  }
}

/** {@link guard}, but `null` where `call` failed with one of `codes`. */
export async function nullOn<T>(codes: string[], call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (codes.includes(errnoCode(error) ?? '')) return null;
    throw storageFailure(error);
  }
}

/** `ENOENT` and its kin, or `undefined` for an error that no system call threw. */
export function errnoCode(error: unknown): string | undefined {
  const { code, syscall } = Object(error) as { code?: unknown; syscall?: unknown };
  return typeof code === 'string' && typeof syscall === 'string' ? code : undefined;
}
