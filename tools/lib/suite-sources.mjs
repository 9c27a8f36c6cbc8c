import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { debianSource } from './debian-source.mjs';
import { step } from './step.mjs';

/** Only the helper programs of the tests are built, without what they do not need: git itself is the installed one. */
const HELPERS = ['CFLAGS=-O0', 'NO_CURL=1', 'NO_OPENSSL=1', 'NO_EXPAT=1', 'NO_GETTEXT=1', 'NO_TCLTK=1', 'NO_PYTHON=1'];

async function gitSource() {
  const { path, version } = await debianSource('git');
  const stamp = join(path, 'granary-helpers-built');
  if (existsSync(stamp)) return path;
  const make = (title, args) =>
    step({ title, name: 'suite-git-build', command: 'make', args: ['-s', '-C', path, ...args] });
  const jobs = `-j${availableParallelism()}`;
  await make(`Building the test helpers of git ${version}`, [jobs, ...HELPERS, 't/helper/test-tool']);
  await make('Making the templates of git', ['-C', 'templates']);
  // The tests read there what the git under test can do; it is Debian's, which can do everything.
  await make('Writing what the installed git can do', ['GIT-BUILD-OPTIONS']);
  writeFileSync(stamp, '');
  return path;
}

/** What each suite is unpacked and built by. @returns the directory of its source. */
export const SUITE_SOURCES = { git: gitSource };
