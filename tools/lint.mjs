// `npm run lint`: types, ESLint with the walls, dependency-cruiser inside forge, format.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { withCloneLock } = await import('./lib/clone-lock.mjs');
const { ensureTestsInstalled } = await import('./lib/install.mjs');
const { orExit } = await import('./lib/prepare.mjs');
const { staticChecksPass } = await import('./lib/static-checks.mjs');

const passed = await orExit(async () => {
  await withCloneLock(ensureTestsInstalled);
  return staticChecksPass();
});
process.exitCode = passed ? 0 : 1;
