// `npm run faults`: the hub starved, cut off from power, attacked; one table. `npm run faults -- starve` for one of the runs.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { ensureDebianPackages } = await import('./lib/debian.mjs');
const { orExit, prepareTests } = await import('./lib/prepare.mjs');
const { runTypescript } = await import('./lib/run-typescript.mjs');

await orExit(async () => {
  await prepareTests();
  await ensureDebianPackages();
});
runTypescript('test/faults/main.ts', process.argv.slice(2));
