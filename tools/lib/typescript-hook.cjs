/* global require, __dirname */
/* eslint-disable @typescript-eslint/no-require-imports -- what --require loads is CommonJS */
// `node --require tools/lib/typescript-hook.cjs some/program.ts`: runs TypeScript from its source, as Jest does.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformFileSync } = require('@swc/core');

const ROOT = join(__dirname, '../..');
const options = JSON.parse(readFileSync(join(ROOT, '.swcrc'), 'utf8'));
delete options.jsc.baseUrl;
delete options.jsc.paths;

const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  const [, room] = /^@granary\/([a-z-]+)$/.exec(name) ?? [];
  return resolve.call(this, room ? join(ROOT, 'libs', room, 'src/index.ts') : name, ...rest);
};
Module._extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, { ...options, swcrc: false, sourceMaps: 'inline' });
  module._compile(code, file);
};
