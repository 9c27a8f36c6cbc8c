// `npm run bench`: the hub beside its peers, one table. `npm run bench -- git --quick` for one of the benches, small.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { spawn } = await import('node:child_process');
const { join } = await import('node:path');
const { BENCH_PACKAGES } = await import('./lib/debian-packages.mjs');
const { ensureDebianPackages } = await import('./lib/debian.mjs');
const { exitStatusOf } = await import('./lib/interruption.mjs');
const { ROOT } = await import('./lib/paths.mjs');
const { orExit, prepare } = await import('./lib/prepare.mjs');

await orExit(async () => {
  await prepare();
  await ensureDebianPackages({ packages: BENCH_PACKAGES, purpose: 'the benchmarks', command: 'npm run bench' });
});
const hook = join(ROOT, 'tools/lib/typescript-hook.cjs');
const child = spawn(process.execPath, ['--require', hook, join(ROOT, 'test/bench/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'production' },
});
// The terminal gives Ctrl-C to both; the bench ends what it started, and we wait for it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code, signal) => (process.exitCode = code ?? exitStatusOf(signal)));
