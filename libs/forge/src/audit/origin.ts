import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a change comes from, as far as it is known. */
export interface Origin {
  actor: { userId: number; name: string } | null;
  /** How the actor was known. */
  via: 'session' | 'password' | 'token' | 'ssh' | 'cli' | null;
  address: string | null;
}

const origins = new AsyncLocalStorage<Origin>();

/** Runs `work`, and whatever it starts, as coming from `origin`; which may be filled in later, once it is known. */
export function withOrigin<T>(origin: Partial<Origin>, work: () => T): T {
  return origins.run({ actor: null, via: null, address: null, ...origin }, work);
}

/** Adds to the origin of what runs here. Without {@link withOrigin} around it, there is nothing to add to. */
export function noteOrigin(known: Partial<Origin>): void {
  Object.assign(origins.getStore() ?? {}, known);
}

/** Whether somebody waits for what runs here; otherwise the hub acts by itself. */
export const hasOrigin = (): boolean => origins.getStore() !== undefined;

/** Nothing is known where the hub acts by itself. */
export function currentOrigin(): Readonly<Origin> {
  return origins.getStore() ?? { actor: null, via: null, address: null };
}
