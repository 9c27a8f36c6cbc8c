/* global require, __dirname, process */
/* eslint-disable @typescript-eslint/no-require-imports -- what --require loads is CommonJS */
// `node --require tools/lib/typescript-hook.cjs some/program.ts`: runs TypeScript from its source, as Jest does.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');

const ROOT = join(__dirname, '../..');
const SETTINGS = readFileSync(join(ROOT, '.swcrc'), 'utf8');
const CACHE = join(ROOT, '.cache/typescript');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  const [, room] = /^@granary\/([a-z-]+)$/.exec(name) ?? [];
  return resolve.call(this, room ? join(ROOT, 'libs', room, 'src/index.ts') : name, ...rest);
};
Module._extensions['.ts'] = (module, file) => module._compile(compiled(file), file);

/** Kept, since the compiler doubles the memory of a small program, and a fork server's is what each of its starts costs. */
function compiled(file) {
  const hash = createHash('sha256').update(SETTINGS).update(`${file}\0`).update(readFileSync(file));
  const kept = join(CACHE, `${hash.digest('hex').slice(0, 32)}.js`);
  if (!existsSync(kept)) compile(file, kept);
  return readFileSync(kept, 'utf8');
}

function compile(file, kept) {
  const { transformFileSync } = require('@swc/core');
  const options = JSON.parse(SETTINGS);
  delete options.jsc.baseUrl;
  delete options.jsc.paths;
  const { code } = transformFileSync(file, { ...options, swcrc: false, sourceMaps: 'inline' });
  mkdirSync(CACHE, { recursive: true });
  // Beside its place first: another process may be making it at the same moment.
  writeFileSync(`${kept}.${process.pid}`, code);
  renameSync(`${kept}.${process.pid}`, kept);
}
