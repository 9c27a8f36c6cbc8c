// `npm run bench`: the hub beside its peers, one table. `npm run bench -- git --quick` for one of the benches, small.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { BENCH_PACKAGES } = await import('./lib/debian-packages.mjs');
const { ensureDebianPackages } = await import('./lib/debian.mjs');
const { orExit, prepareTests } = await import('./lib/prepare.mjs');
const { runTypescript } = await import('./lib/run-typescript.mjs');

await orExit(async () => {
  await prepareTests();
  await ensureDebianPackages({ packages: BENCH_PACKAGES, purpose: 'the benchmarks', command: 'npm run bench' });
});
runTypescript('test/bench/main.ts', process.argv.slice(2));
