/* global require, exports, __dirname */
/* eslint-disable @typescript-eslint/no-require-imports -- what it loads is CommonJS, as it is itself */
// What a process or thread of the server runs, in one file, compiled once: Node would look for two thousand modules at each
// start, which takes longer than everything else that a start does. What V8 has compiled stands beside the file (node:vm,
// "new vm.Script", `cachedData`); where it is missing or another Node's, V8 compiles anew.
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { join } = require('node:path');
const { Script, constants } = require('node:vm');

/** @returns undefined where there is none. */
function compiled(name) {
  try {
    return readFileSync(join(__dirname, `${name}.compiled`));
  } catch {
    return undefined;
  }
}

/** @returns `{ script, loads }`: the compiled file, and what loads each of the modules that one starts with, by path. */
exports.open = (name) => {
  const filename = join(__dirname, `${name}.js`);
  const script = new Script(wrap(readFileSync(filename, 'utf8')), {
    // In stack traces, also of what was compiled elsewhere.
    filename: `dist/${name}.js`,
    cachedData: compiled(name),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename, __dirname);
  return { script, loads: module.exports };
};
