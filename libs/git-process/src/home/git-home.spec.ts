import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGit } from '../process/run-git';
import { formatGitConfig } from './git-config';
import { gitEnvironment } from './git-environment';
import { prepareGitHome, type GitHome } from './git-home';
import { checkGit, isAtLeast, parseGitVersion } from './git-version';

let directory: string;
let home: GitHome;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'git home "quoted" '));
  home = await prepareGitHome(join(directory, 'home'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const configured = async (key: string): Promise<string[]> => {
  const { stdout } = await runGit(home, { args: ['config', '--global', '--get-all', key], acceptExitCodes: [0, 1] });
  return stdout.toString().split('\n').filter(Boolean);
};

describe('the git config of the hub', () => {
  it.each([
    ['transfer.fsckObjects', 'true'],
    ['receive.fsck.gitattributesSymlink', 'error'],
    ['receive.fsck.badFilemode', 'ignore'],
    ['receive.fsck.badTimezone', 'ignore'],
    ['receive.fsck.hasDotgit', 'error'],
    ['receive.maxInputSize', String(2 * 1024 ** 3)],
    ['receive.autogc', 'false'],
    ['receive.advertisePushOptions', 'false'],
    ['receive.advertiseAtomic', 'true'],
    ['receive.unpackLimit', '1'],
    ['gc.auto', '0'],
    ['protocol.allow', 'never'],
    ['safe.directory', '*'],
    ['uploadpack.allowFilter', 'true'],
    ['uploadpackfilter.allow', 'false'],
    ['uploadpackfilter.blob:none.allow', 'true'],
    ['uploadpackfilter.blob:limit.allow', 'true'],
    ['uploadpackfilter.tree.allow', 'true'],
    ['pack.windowMemory', '256m'],
    ['core.fsync', 'committed,derived-metadata'],
    ['core.filesRefLockTimeout', '1000'],
    ['init.defaultBranch', 'main'],
    ['repack.writeBitmaps', 'true'],
  ])('git reads %s as %s', async (key, value) => {
    expect(await configured(key)).toEqual([value]);
  });

  it('hides the refs that users may neither see nor write', async () => {
    expect(await configured('transfer.hideRefs')).toEqual(['refs/replace', 'refs/pull', 'refs/granary']);
  });

  it('names the hooks directory, whatever characters its path holds', async () => {
    expect(await configured('core.hooksPath')).toEqual([home.hooksPath]);
    expect(home.hooksPath).toContain('"quoted"');
  });

  it('asks only newer versions for the check of long path names, which 2.39 warns about at every push', () => {
    const text = (minor: number) => formatGitConfig({ hooksPath: '/h', version: [2, minor, 0], packThreads: 1 });
    expect(text(39)).not.toContain('largePathname');
    expect(text(43)).toContain('largePathname = "error"');
  });
});

describe('prepareGitHome', () => {
  it('leaves a right file alone, mends a changed one, removes foreign hooks and leaves no temporary files', async () => {
    const before = await stat(home.configPath);
    await prepareGitHome(home.directory);
    expect((await stat(home.configPath)).ino).toBe(before.ino);

    const text = await readFile(home.configPath, 'utf8');
    await writeFile(home.configPath, '[core]\n');
    await writeFile(join(home.hooksPath, 'update'), '#!/bin/sh\nexit 1\n');
    await chmod(join(home.hooksPath, 'pre-receive'), 0o600);
    await Promise.all([prepareGitHome(home.directory), prepareGitHome(home.directory)]);
    expect(await readFile(home.configPath, 'utf8')).toBe(text);
    expect((await stat(home.configPath)).mode & 0o777).toBe(0o644);
    expect((await stat(join(home.hooksPath, 'pre-receive'))).mode & 0o777).toBe(0o755);
    expect((await readdir(home.hooksPath)).sort()).toEqual([
      'pack-objects',
      'post-receive',
      'pre-receive',
      'proc-receive',
    ]);
    expect((await readdir(home.directory)).sort()).toEqual(['gitconfig', 'hooks']);
  });
});

describe('gitEnvironment', () => {
  it('is exactly the environment of the security rules, and what the call adds', () => {
    expect(gitEnvironment(home, { GIT_PROTOCOL: 'version=2' })).toEqual({
      PATH: home.searchPath,
      HOME: '/nonexistent',
      LC_ALL: 'C',
      GIT_CONFIG_GLOBAL: home.configPath,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_PROTOCOL: 'version=2',
    });
  });
});

describe('checkGit', () => {
  it('tells the version of the installed git', async () => {
    const { version } = await checkGit();
    expect(isAtLeast(version, [2, 39, 0])).toBe(true);
  });

  it('says what to install when git is missing', async () => {
    await expect(checkGit(directory)).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('Install git 2.39 or newer'),
    });
  });

  it.each([
    ['git version 2.38.5', /2\.38\.5 is too old/],
    ['hg version 6', /unknown version/],
  ])('refuses a binary that answers %j', async (answer, message) => {
    const fake = await mkdtemp(join(directory, 'fake-'));
    await writeFile(join(fake, 'git'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
    await expect(checkGit(fake)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['git version 2.39.5 (Apple Git-154)', [2, 39, 5]],
    ['git version 2.47.0.rc1.windows.1', [2, 47, 0]],
    ['git version 3.0', [3, 0, 0]],
    ['version 2.39.5', null],
  ])('reads %j', (text, version) => expect(parseGitVersion(text)).toEqual(version));
});
