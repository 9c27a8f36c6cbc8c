// `npm run image`: the image and the composition of docker/, built, started and used; one table.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { IMAGE_PACKAGES } = await import('./lib/debian-packages.mjs');
const { ensureDebianPackages } = await import('./lib/debian.mjs');
const { ensureTestsInstalled } = await import('./lib/install.mjs');
const { orExit } = await import('./lib/prepare.mjs');
const { runTypescript } = await import('./lib/run-typescript.mjs');

const args = process.argv.slice(2);
await orExit(async () => {
  await ensureTestsInstalled();
  if (!args.includes('--stand-ins')) return;
  await ensureDebianPackages({
    packages: IMAGE_PACKAGES,
    purpose: 'the check of the image',
    command: 'npm run image -- --stand-ins',
  });
});
runTypescript('test/image/main.ts', args);
