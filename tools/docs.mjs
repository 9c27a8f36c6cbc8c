// `npm run docs`: writes what of docs/ is made from the code.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { orExit } = await import('./lib/prepare.mjs');
const { ensureTestsInstalled } = await import('./lib/install.mjs');
const { withCloneLock } = await import('./lib/clone-lock.mjs');
const { runTypescript } = await import('./lib/run-typescript.mjs');

await orExit(() => withCloneLock(ensureTestsInstalled));
runTypescript('tools/lib/write-docs.ts', []);
