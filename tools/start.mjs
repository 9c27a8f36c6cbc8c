// `npm start`: from a fresh clone to a running hub. Nothing is installed when this begins, so it is plain Node.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
// Loaded only now: an old Node fails on these imports before it could say that it is old.
const { orExit, prepare } = await import('./lib/prepare.mjs');
const { superviseHub } = await import('./lib/supervise.mjs');
const { withEnvFile } = await import('./lib/env-file.mjs');
const { API_ENTRY, WORKER_ENTRY } = await import('./lib/paths.mjs');

const env = await orExit(() => withEnvFile(process.env));
await orExit(prepare);
process.exitCode = await superviseHub({
  entry: env.GRANARY_MODE === 'worker' ? WORKER_ENTRY : API_ENTRY,
  env: { ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
});
