type Cleanup = () => void | Promise<void>;

const cleanups: Cleanup[] = [];

/**
 * Has `cleanup` run when the test file is done, the latest first: a hub ends before the directory that it writes into
 * is removed. Jest's own hooks run in the order in which modules happen to be loaded.
 */
export function atEnd(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

export async function endAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

// A bench, which Jest does not run, calls it by itself.
if (typeof afterAll === 'function') afterAll(endAll);
