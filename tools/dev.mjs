// `npm run dev`: a hub that is built and started again whenever one of its sources changes.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { setTimeout: sleep } = await import('node:timers/promises');
const { orExit, prepare } = await import('./lib/prepare.mjs');
const { sourceFingerprint } = await import('./lib/build.mjs');
const { withEnvFile } = await import('./lib/env-file.mjs');
const { API_ENTRY } = await import('./lib/paths.mjs');
const { Restarts } = await import('./lib/restarts.mjs');
const { StepFailed } = await import('./lib/step.mjs');

const LOOK_EVERY_MILLISECONDS = 500;

const env = await orExit(() => withEnvFile(process.env));
await orExit(prepare);
const hub = new Restarts({
  entry: API_ENTRY,
  env: { GRANARY_LOG_LEVEL: 'debug', ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void hub.end());
hub.start();

/** Waits until nobody has written for a moment: editors and `git checkout` write many files. */
async function changed(last) {
  for (;;) {
    await sleep(LOOK_EVERY_MILLISECONDS);
    const now = sourceFingerprint();
    if (now === last) continue;
    await sleep(LOOK_EVERY_MILLISECONDS);
    if (sourceFingerprint() === now) return now;
  }
}

let seen = sourceFingerprint();
while (!hub.isEnding) {
  seen = await changed(seen);
  try {
    await prepare();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`${error.message}\nThe hub that runs is the one before this change.\n`);
    continue;
  }
  await hub.restart();
}
