#!/usr/bin/env node
// `npx granary …`: the admin CLI. Arguments, input, output and status are the program's own.
import { spawn } from 'node:child_process';
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { orExit, prepare } = await import('./lib/prepare.mjs');
const { withEnvFile } = await import('./lib/env-file.mjs');
const { exitStatusOf } = await import('./lib/interruption.mjs');
const { ADMIN_CLI_ENTRY, ROOT } = await import('./lib/paths.mjs');

const env = await orExit(() => withEnvFile(process.env));
await orExit(prepare);
const child = spawn(process.execPath, [ADMIN_CLI_ENTRY, ...process.argv.slice(2)], {
  cwd: ROOT,
  env: { ...env, NODE_ENV: 'production', GRANARY_CALLER_DIR: process.cwd() },
  stdio: 'inherit',
});
// The terminal gives Ctrl-C to both; the program decides how to end, and we wait for it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code, signal) => (process.exitCode = code ?? exitStatusOf(signal)));
