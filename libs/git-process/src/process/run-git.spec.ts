import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { GitHome } from '../home/git-home';
import type { ForkServer } from '../launch/fork-server';
import { createFixture, type Fixture } from '../testing/fixture';
import { openForkServer } from '../testing/fork-server';
import { GitFailed } from './git-failed';
import { runGit, verbOf } from './run-git';
import { spawnGit } from './spawn-git';

let fixture: Fixture;
let repositoryPath: string;

beforeAll(async () => {
  fixture = await createFixture();
  repositoryPath = await fixture.repository('plain');
});
afterAll(() => fixture.remove());

const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** Whether any member of the process group is left. */
function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('runGit', () => {
  it('answers what git prints', async () => {
    const result = await runGit(fixture.home, { repositoryPath, args: ['hash-object', '-w', '--stdin'], stdin: '' });
    expect(result).toEqual({ stdout: Buffer.from(`${EMPTY_BLOB}\n`), stderr: '', exitCode: 0 });
  });

  it('takes standard input as a stream', async () => {
    const stdin = Readable.from([Buffer.from('hel'), Buffer.from('lo')]);
    const { stdout } = await runGit(fixture.home, { repositoryPath, args: ['hash-object', '--stdin'], stdin });
    expect(stdout.toString().trim()).toBe('b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0');
  });

  it('throws the verb, the exit code and the end of standard error', async () => {
    const failure = runGit(fixture.home, { repositoryPath, args: ['-c', 'a.b=c', 'cat-file', 'blob', 'nothing'] });
    await expect(failure).rejects.toBeInstanceOf(GitFailed);
    await expect(failure).rejects.toMatchObject({
      verb: 'cat-file',
      exitCode: 128,
      stderr: expect.stringContaining('Not a valid object name nothing'),
    });
  });

  it('answers exit codes that its caller accepts', async () => {
    const args = ['rev-parse', '--quiet', '--verify', 'HEAD'];
    expect((await runGit(fixture.home, { repositoryPath, args, acceptExitCodes: [0, 1] })).exitCode).toBe(1);
  });

  it('survives a git that leaves before it has read its input', async () => {
    const stdin = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024)));
    await expect(runGit(fixture.home, { repositoryPath, args: ['no-such-verb'], stdin })).rejects.toMatchObject({
      exitCode: 1,
    });
  });

  it('ends git when the stream that feeds it fails, and throws that failure', async () => {
    const stdin = new Readable({ read: () => undefined });
    const result = runGit(fixture.home, { repositoryPath, args: ['hash-object', '--stdin'], stdin });
    stdin.destroy(new Error('source lost'));
    await expect(result).rejects.toThrow('source lost');
  });

  it('ends git when it prints more than its caller allows', async () => {
    const stdin = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024)));
    const { stdout } = await runGit(fixture.home, { repositoryPath, args: ['hash-object', '-w', '--stdin'], stdin });
    const args = ['cat-file', 'blob', stdout.toString().trim()];
    await expect(runGit(fixture.home, { repositoryPath, args, maxOutputBytes: 1024 })).rejects.toThrow(
      /more than its caller allows/,
    );
  });

  it('reads no config of the account that it runs as', async () => {
    await writeFile(join(fixture.directory, '.gitconfig'), '[core]\n\tabbrev = 5\n[user]\n\tname = Mallory\n');
    const inherited = {
      HOME: process.env['HOME'],
      XDG_CONFIG_HOME: process.env['XDG_CONFIG_HOME'],
      GIT_CONFIG_COUNT: '1',
    };
    process.env['HOME'] = fixture.directory;
    process.env['GIT_CONFIG_COUNT'] = '1';
    process.env['GIT_CONFIG_KEY_0'] = 'user.email';
    process.env['GIT_CONFIG_VALUE_0'] = 'mallory@example.com';
    try {
      const { stdout } = await runGit(fixture.home, {
        repositoryPath,
        args: ['config', '--list', '--show-origin', '--name-only'],
      });
      expect(stdout.toString()).not.toMatch(/user\.(name|email)|core\.abbrev/);
      expect(stdout.toString()).toContain(fixture.home.configPath);
    } finally {
      process.env['HOME'] = inherited.HOME;
      for (const name of ['GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0']) delete process.env[name];
    }
  });

  it.each([
    [['rev-list', '--all'], 'rev-list'],
    [['-c', 'core.hooksPath=/dev/null', '--bare', 'gc'], 'gc'],
    [[], ''],
  ])('names the verb of %j', (args, verb) => expect(verbOf(args)).toBe(verb));
});

describe.each(['a child', 'a child of a fork server'])('%s and its owner', (parent) => {
  let home: GitHome;
  let server: ForkServer | undefined;
  beforeAll(async () => {
    if (parent === 'a child of a fork server') server = await openForkServer();
    home = { ...fixture.home, launcher: server };
  });
  afterAll(() => server?.close());

  it('starts nothing for a signal that has fired', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(spawnGit(home, { args: ['version'], signal })).rejects.toThrow('too late');
  });

  it('says that git could not be started', async () => {
    const started = spawnGit({ ...home, searchPath: '/nonexistent' }, { args: ['version'] });
    await expect(started).rejects.toMatchObject({
      code: 'unavailable',
      cause: expect.objectContaining({ code: 'ENOENT' }),
    });
  });

  it('ends what was still starting when the signal fired', async () => {
    const owner = new AbortController();
    const starting = spawnGit(home, { args: alias('sleep 600'), signal: owner.signal });
    owner.abort();
    const git = await starting;
    expect((await git.done).exitCode).not.toBe(0);
    await expect(gone(git.pid)).resolves.toBeUndefined();
  });

  it('rejects with the reason of the signal, the process being gone', async () => {
    const owner = new AbortController();
    const stdin = new Readable({ read: () => undefined });
    const result = runGit(home, {
      repositoryPath,
      args: ['hash-object', '--stdin'],
      stdin,
      signal: owner.signal,
    });
    owner.abort(new Error('owner left'));
    await expect(result).rejects.toThrow('owner left');
    stdin.destroy();
  });

  // An alias starts a shell inside git, as hooks and helpers are started.
  const alias = (script: string): string[] => ['-c', `alias.run=!${script}`, 'run'];

  it('ends the whole group, children that ignore SIGTERM among them', async () => {
    const owner = new AbortController();
    const args = alias('trap "" TERM; echo ready; sleep 600 & wait; sleep 600');
    const git = await spawnGit(home, { repositoryPath, args, signal: owner.signal });
    await new Promise((resolve) => git.stdout.once('data', resolve));
    owner.abort();
    const exit = await git.done;
    expect(exit.exitCode === null || exit.exitCode > 0).toBe(true);
    await expect(gone(git.pid)).resolves.toBeUndefined();
  });

  it('leaves no grandchild behind when git ends by itself', async () => {
    const git = await spawnGit(home, { repositoryPath, args: alias('sleep 600 & echo started') });
    git.stdout.resume();
    expect(await git.done).toMatchObject({ exitCode: 0, signal: null });
    await expect(gone(git.pid)).resolves.toBeUndefined();
  });

  it('hangs up first where asked, so that git can finish what it was told to', async () => {
    const owner = new AbortController();
    const args = alias('echo ready; cat >/dev/null; echo tidied >&2; exit 7');
    const git = await spawnGit(home, { repositoryPath, args, signal: owner.signal, onAbort: 'hangUp' });
    await new Promise((resolve) => git.stdout.once('data', resolve));
    owner.abort();
    expect(await git.done).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('tidied') });
  });

  it('hands the child two private descriptors', async () => {
    const git = await spawnGit(home, {
      repositoryPath,
      args: alias('read -r question <&4; echo "$question answered" >&3'),
      withChannel: true,
    });
    git.stdout.resume();
    git.channel?.toChild.write('question\n');
    const [answer] = (await Promise.all([
      new Promise<Buffer>((resolve) => git.channel?.fromChild.once('data', resolve)),
      git.done,
    ])) as [Buffer, unknown];
    expect(answer.toString()).toBe('question answered\n');
  });

  async function gone(pid: number): Promise<void> {
    while (groupLives(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  }
});
