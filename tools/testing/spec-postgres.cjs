/* global require, module, process, Buffer, __dirname */
/* eslint-disable @typescript-eslint/no-require-imports -- Jest loads it as CommonJS */
// One Postgres for the specs of a run, which make databases of their own in it (Jest: "globalSetup").
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');

const ROOT = join(__dirname, '../..');
const HOOK = join(ROOT, 'tools/lib/typescript-hook.cjs');
const PROGRAM = join(ROOT, 'libs/forge/src/testing/spec-postgres-program.ts');

module.exports = async () => {
  const server = spawn(process.execPath, ['--require', HOOK, PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
  if (!Buffer.isBuffer(said)) throw new Error('The Postgres of the specs could not be started.');
  process.env.GRANARY_SPEC_POSTGRES = said.toString();
  globalThis.granarySpecPostgres = server;
};
