import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunOptions, RunResult } from './run';
import { workspace } from './workspace';

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

  /** A new repository whose origin is `path` (`owner/name`), with one commit. */
  static async create(who: GitUser, path: string, files: Files = { 'README.md': '# hello\n' }): Promise<WorkTree> {
    const tree = new WorkTree(who, join(workspace('tree'), 'tree'));
    mkdirSync(tree.cwd);
    await tree.ok('init', '-q');
    await tree.ok('remote', 'add', 'origin', who.remote(path));
    await tree.commit(files);
    return tree;
  }

  static async clone(who: GitUser, path: string): Promise<WorkTree> {
    const cwd = join(workspace('clone'), 'clone');
    await who.gitOk(['clone', '-q', who.remote(path), cwd]);
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
  async commit(files: Files = {}, message = 'change'): Promise<string> {
    this.write(files);
    await this.ok('add', '-A');
    await this.ok('commit', '-q', '--allow-empty', '-m', message);
    return this.ok('rev-parse', 'HEAD');
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

export type Files = Record<string, string | Buffer>;
