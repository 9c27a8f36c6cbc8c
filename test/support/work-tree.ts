import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunOptions, RunResult } from './run';
import { workspace } from './workspace';

export type Files = Record<string, string | Buffer>;

/** Who can run git against the hub: an actor by HTTP, or an SSH actor. */
export interface GitUser {
  remote(path: string): string;
  git(args: string[], options?: RunOptions): Promise<RunResult>;
  gitOk(args: string[], options?: RunOptions): Promise<string>;
}

/** A user's clone, or the beginning of a repository. */
export class WorkTree {
  private constructor(
    readonly who: GitUser,
    readonly cwd: string,
  ) {}

  /** A new repository with one commit, whose origin is `path` (`owner/name`), which need not exist. */
  static async create(
    who: GitUser,
    path: string,
    { files = { 'README.md': '# hello\n' }, objectFormat = 'sha1' }: { files?: Files; objectFormat?: string } = {},
  ): Promise<WorkTree> {
    const tree = new WorkTree(who, join(workspace('tree'), 'tree'));
    mkdirSync(tree.cwd);
    await tree.ok('init', '-q', `--object-format=${objectFormat}`);
    await tree.ok('remote', 'add', 'origin', who.remote(path));
    await tree.commit(files);
    return tree;
  }

  /** @param from `owner/name`, or a whole URL. */
  static async clone(who: GitUser, from: string, ...options: string[]): Promise<WorkTree> {
    const cwd = join(workspace('clone'), 'clone');
    await who.gitOk(['clone', '-q', ...options, from.includes('://') ? from : who.remote(from), cwd]);
    return new WorkTree(who, cwd);
  }

  git(...args: string[]): Promise<RunResult> {
    return this.who.git(args, { cwd: this.cwd });
  }

  /** @returns standard output, without its last line feed. @throws Error when the status is not 0. */
  async ok(...args: string[]): Promise<string> {
    return (await this.who.gitOk(args, { cwd: this.cwd })).trim();
  }

  write(files: Files): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.cwd, name)), { recursive: true });
      writeFileSync(join(this.cwd, name), content);
    }
  }

  /** @returns the id of the new commit, which holds `files` and whatever else changed. */
  async commit(files: Files = {}, message = 'change', date?: string): Promise<string> {
    this.write(files);
    await this.ok('add', '-A');
    const env = date ? { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } : {};
    await this.who.gitOk(['commit', '-q', '--allow-empty', '-m', message], { cwd: this.cwd, env });
    return this.tip();
  }

  tip(revision = 'HEAD'): Promise<string> {
    return this.ok('rev-parse', revision);
  }

  async count(revision = 'HEAD'): Promise<number> {
    return Number(await this.ok('rev-list', '--count', revision));
  }

  push(...args: string[]): Promise<RunResult> {
    return this.git('push', 'origin', ...args);
  }

  /** Writes an object as its bytes are, without any check. @returns its id. */
  async hashObject(type: string, content: Buffer | string): Promise<string> {
    const args = ['hash-object', '-w', '--literally', '-t', type, '--stdin'];
    return (await this.who.gitOk(args, { cwd: this.cwd, input: content })).trim();
  }

  /** @returns the id of a tree of these lines of `git ls-tree`. */
  async mktree(lines: string[]): Promise<string> {
    return (await this.who.gitOk(['mktree', '--missing'], { cwd: this.cwd, input: lines.join('\n') + '\n' })).trim();
  }

  /** The lines that the hub wrote. */
  static remoteText({ stderr }: RunResult): string {
    return stderr
      .split('\n')
      .filter((line) => line.startsWith('remote: '))
      .map((line) => line.slice('remote: '.length).trimEnd())
      .join('\n');
  }
}
