import { execFile, type ExecFileOptions } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareGitHome, type GitHome } from '../home/git-home';
import { initRepository, type ObjectFormat } from '../repository/repository';

/** A directory of one spec's own with a git home in it. */
export interface Fixture {
  directory: string;
  home: GitHome;
  /** A fresh bare repository. */
  repository(name: string, objectFormat?: ObjectFormat): Promise<string>;
  remove(): Promise<void>;
}

export async function createFixture(name = 'git-process-'): Promise<Fixture> {
  const directory = await mkdtemp(join(tmpdir(), name));
  const home = await prepareGitHome(join(directory, 'home'));
  return {
    directory,
    home,
    repository: async (name, objectFormat = 'sha1') => {
      const path = join(directory, 'repositories', `${name}.git`);
      await initRepository(home, path, { objectFormat, defaultBranch: 'main' });
      return path;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

export interface ClientResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a user's git as on a machine of its own: no config of this machine is read, commits are reproducible. */
export async function clientGit(cwd: string, args: string[], options: ExecFileOptions = {}): Promise<ClientResult> {
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: cwd,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: '2024-01-02T03:04:05Z',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_COMMITTER_DATE: '2024-01-02T03:04:05Z',
    ...options.env,
  };
  return new Promise((resolve) => {
    execFile('git', args, { maxBuffer: 64 * 1024 * 1024, ...options, cwd, env }, (error, stdout, stderr) => {
      const exitCode = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ exitCode, stdout: String(stdout), stderr: String(stderr) });
    });
  });
}

/** As {@link clientGit}, for commands that must succeed; answers what they print. */
export async function mustGit(cwd: string, ...args: string[]): Promise<string> {
  const result = await clientGit(cwd, args);
  if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
  return result.stdout.trim();
}
