import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
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
  await make(`Building the test helpers of git ${version}`, [
    jobs,
    ...HELPERS,
    't/helper/test-tool',
    't/helper/test-fake-ssh',
  ]);
  await make('Making the templates of git', ['-C', 'templates']);
  // The tests read there what the git under test can do; it is Debian's, which can do everything.
  await make('Writing what the installed git can do', ['GIT-BUILD-OPTIONS']);
  writeFileSync(stamp, '');
  return path;
}

/** What the tests of git-lfs run beside it; their own server is not among them. */
const LFS_COMMANDS = [
  'git-credential-lfsnoop',
  'git-credential-lfstest',
  'lfs-askpass',
  'lfs-ssh-echo',
  'lfs-ssh-proxy-test',
  'lfstest-badpathcheck',
  'lfstest-customadapter',
  'lfstest-realpath',
  'lfstest-standalonecustomadapter',
  'lfstest-testutils',
];

async function gitLfsSource() {
  const { path, version } = await debianSource('git-lfs');
  const stamp = join(path, 'granary-helpers-built');
  if (existsSync(stamp)) return path;
  // Debian's Go libraries lie where Go looked for them before it knew modules.
  const own = join(path, 'granary-go');
  const folder = join(own, 'src/github.com/git-lfs/git-lfs');
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { force: true });
  symlinkSync(path, folder);
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: `${own}:/usr/share/gocode`, GOCACHE: join(own, 'cache') };
  const each = LFS_COMMANDS.map((name) => `go build -tags testtools -o bin/${name} t/cmd/${name}.go`);
  await step({
    title: `Building the test helpers of git-lfs ${version}`,
    name: 'suite-git-lfs-build',
    command: 'sh',
    args: ['-e', '-c', ['cd "$1"', ...each].join('\n'), 'sh', folder],
    env,
  });
  writeFileSync(stamp, '');
  return path;
}

/** What each suite is unpacked and built by. @returns the directory of its source. */
export const SUITE_SOURCES = { git: gitSource, 'git-lfs': gitLfsSource };
