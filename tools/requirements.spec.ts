import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lib, runProgram, scratch } from './testing/node-program';

const directory = scratch();

function pathWithGit(name: string, version: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  writeFileSync(join(path, 'git'), `#!/bin/sh\necho 'git version ${version}'\n`);
  chmodSync(join(path, 'git'), 0o755);
  return path;
}

const demand = (path: string) =>
  runProgram(
    `import { demandRequirements } from ${lib('requirements.mjs')}; demandRequirements(); console.log('on');`,
    {
      PATH: path,
    },
  );

it('asks for git in one line when there is none', async () => {
  const { code, output } = await demand(join(directory, 'nothing'));
  expect(code).toBe(1);
  expect(output).toMatch(/^Granary needs git 2\.39 or newer, and found none: install it .*\n$/);
});

it('names the git that is too old', async () => {
  const { code, output } = await demand(pathWithGit('old', '2.38.5'));
  expect(code).toBe(1);
  expect(output).toMatch(/^Granary needs git 2\.39 or newer, and this is 2\.38\.5: install it .*\n$/);
});

it.each(['2.39.0', '2.39.5 (Apple Git-154)', '2.45.1.windows.1', '3.0'])('goes on with git %s', async (version) => {
  expect(await demand(pathWithGit(version.slice(0, 6), version))).toEqual({ code: 0, output: 'on\n' });
});

it.each([
  ['20.19', '20.19', true],
  ['20.18.9', '20.19', false],
  ['22', '20.19', true],
  ['18.20.4', '20.19', false],
  ['20.100.0', '20.19', true],
])('finds that %s is at least %s: %s', async (found, minimum, expected) => {
  const { output } = await runProgram(
    `import { isAtLeast } from ${lib('requirements.mjs')}; console.log(isAtLeast('${found}', '${minimum}'));`,
  );
  expect(output).toBe(`${expected}\n`);
});
