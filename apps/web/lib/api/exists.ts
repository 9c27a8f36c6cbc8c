import { ApiFailure } from './failure';

/** After `error`, a "not found", whether the other reading of the same address finds something. */
export async function exists(error: unknown, read: () => Promise<unknown>): Promise<boolean> {
  if (!(error instanceof ApiFailure) || error.status !== 404) return false;
  return read().then(
    () => true,
    () => false,
  );
}
