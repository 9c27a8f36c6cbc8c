// `npm run suites -- git`: the tests of git itself, against a hub; one table. `… -- git t5541` for one of its scripts.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { SUITE_PACKAGES } = await import('./lib/debian-packages.mjs');
const { ensureDebianPackages } = await import('./lib/debian.mjs');
const { orExit, prepareTests } = await import('./lib/prepare.mjs');
const { runTypescript } = await import('./lib/run-typescript.mjs');
const { SUITE_SOURCES } = await import('./lib/suite-sources.mjs');

const [suite, ...rest] = process.argv.slice(2);
const sources = Object.hasOwn(SUITE_SOURCES, suite ?? '') ? SUITE_SOURCES[suite] : undefined;
const path = await orExit(async () => {
  if (sources === undefined) return undefined;
  await ensureDebianPackages({
    packages: SUITE_PACKAGES[suite],
    purpose: `the suite of ${suite}`,
    command: `npm run suites -- ${suite}`,
  });
  await prepareTests();
  return sources();
});
if (path !== undefined) process.env.GRANARY_SUITE_SOURCE = path;
runTypescript('test/suites/main.ts', suite === undefined ? [] : [suite, ...rest]);
