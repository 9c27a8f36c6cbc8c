import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, scratch } from './testing/node-program';

const directory = scratch();

it('counts what passed, what failed, and a file that does not load', () => {
  const tally = join(directory, 'tally');
  mkdirSync(tally);
  writeFileSync(join(directory, 'package.json'), '{}');
  writeFileSync(
    join(directory, 'a.test.js'),
    "it('is well', () => {}); it('is ill', () => { throw new Error('ill'); });",
  );
  writeFileSync(join(directory, 'b.test.js'), "require('./nowhere');");
  const jest = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/.bin/jest'),
      '--rootDir',
      directory,
      `--reporters=${join(ROOT, 'tools/lib/tally-reporter.mjs')}`,
    ],
    { cwd: directory, env: { ...process.env, GRANARY_TALLY_DIR: tally }, encoding: 'utf8' },
  );
  expect(jest.status).toBe(1);
  const [file, ...others] = readdirSync(tally);
  expect(others).toEqual([]);
  expect(JSON.parse(readFileSync(join(tally, file ?? ''), 'utf8'))).toEqual({
    passed: 1,
    failed: 2,
    skipped: 0,
    failures: expect.arrayContaining(['is ill', expect.stringMatching(/b\.test\.js did not run$/)]),
  });
});
