type Measured = Record<string, number>;

export interface Contestants<T extends Measured> {
  hub(run: number): Promise<T>;
  peer(run: number): Promise<T>;
}

/**
 * Lets both do the same thing `runs` times in turn, so that what else the machine does meets both alike; who begins
 * changes from run to run, since the second finds the caches warmer.
 *
 * @returns for each figure the values of all runs.
 */
export async function interleave<T extends Measured>(
  runs: number,
  { hub, peer }: Contestants<T>,
): Promise<Record<keyof T, { hub: number[]; peer: number[] }>> {
  const results = {} as Record<keyof T, { hub: number[]; peer: number[] }>;
  const note = (who: 'hub' | 'peer', measured: T): void => {
    for (const [figure, value] of Object.entries(measured) as [keyof T, number][]) {
      (results[figure] ??= { hub: [], peer: [] })[who].push(value);
    }
  };
  for (let run = 0; run < runs; run++) {
    const hubFirst = run % 2 === 0;
    if (hubFirst) note('hub', await hub(run));
    note('peer', await peer(run));
    if (!hubFirst) note('hub', await hub(run));
  }
  return results;
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
