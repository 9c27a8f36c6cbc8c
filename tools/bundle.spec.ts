import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, lib, runProgram, scratch } from './testing/node-program';

const BUNDLES = { small: { starts: ['apps/one/main.js', 'apps/two/main.js'], holds: ['libs/shared/index.js'] } };

/** A built tree of two programs that share a module, made into one file. */
async function smallTree(): Promise<string> {
  const root = scratch();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('libs/shared/index.js', 'exports.folder = __dirname;');
  write('apps/one/main.js', 'console.log("one", require("../../libs/shared/index.js").folder); exports.named = 1;');
  write('apps/two/main.js', 'console.log("two"); Promise.reject(new Error("two fails"));');
  const { code, output } = await runProgram(`import { compileBundles, makeBundles } from ${lib('bundle.mjs')};
    const bundles = ${JSON.stringify(BUNDLES)};
    await makeBundles(${JSON.stringify(root)}, bundles);
    compileBundles(${JSON.stringify(root)}, bundles);`);
  expect([code, output]).toEqual([0, '']);
  return root;
}

const start = (root: string, what: string) =>
  runProgram(`import { createRequire } from 'node:module';
  const require = createRequire(${JSON.stringify(join(root, 'x.js'))});
  ${what}`);

it('runs each program from the one file, whose modules know the folders that they came from', async () => {
  const root = await smallTree();
  expect(await start(root, `console.log(require('./apps/one/main.js'));`)).toEqual({
    code: 0,
    output: `one ${join(root, 'libs/shared')}\n{ named: 1 }\n`,
  });
});

it('names the file, and no folder of a machine, where a program fails', async () => {
  const { code, output } = await start(await smallTree(), `require('./apps/two/main.js');`);
  expect(code).toBe(1);
  expect(output).toMatch(/Error: two fails\n {4}at .*\(dist\/small\.js:\d+:\d+\)/);
});

const IS_TAKEN = `const { script } = require('./launch.js').open('small');
  console.log(script.cachedDataRejected);`;

it('takes what V8 compiled', async () => {
  expect((await start(await smallTree(), IS_TAKEN)).output).toBe('false\n');
});

it.each([
  ['is damaged', (path: string) => writeFileSync(path, 'nothing that V8 wrote'), 'true\n'],
  ['is missing', (path: string) => rmSync(path), 'undefined\n'],
])('compiles anew where that %s', async (_how, harm, taken) => {
  const root = await smallTree();
  harm(join(root, 'small.compiled'));
  expect((await start(root, IS_TAKEN)).output).toBe(taken);
  expect((await start(root, `require('./apps/one/main.js');`)).output).toMatch(/^one /);
});

/** They look for a program of another system, for their own source in stack traces, or work without what they look for. */
const HARMLESS = ['bullmq', 'ioredis', 'msgpackr', 'openpgp', 'ssh2'];

it('leaves packages alone that need the files beside them', async () => {
  const cache = join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  const root = mkdtempSync(join(cache, 'bundle-'));
  try {
    const swc = join(ROOT, 'node_modules/.bin/swc');
    const sources = ['apps/api/src', 'apps/worker/src', 'apps/admin-cli/src', 'libs'];
    const options = ['--config-file', '.swcrc', '--ignore', '**/*.spec.ts,**/jest.config.js', '--quiet'];
    execFileSync(process.execPath, [swc, ...sources, '-d', root, ...options], { cwd: ROOT });
    const { output } = await runProgram(`import { makeBundles } from ${lib('bundle.mjs')};
      const made = await makeBundles(${JSON.stringify(root)});
      console.log(JSON.stringify(Object.values(made).flatMap(({ inputs }) => Object.keys(inputs))));`);
    const inputs = (JSON.parse(output) as string[]).filter((path) => path.includes('node_modules/'));
    expect(inputs.length).toBeGreaterThan(1000);
    const looking = inputs.filter((path) =>
      /\b__dirname\b|\b__filename\b/.test(readFileSync(join(ROOT, path), 'utf8')),
    );
    const packages = looking.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path);
    expect([...new Set(packages)].sort()).toEqual(HARMLESS);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
