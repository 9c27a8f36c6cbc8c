import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPrivateCatFile, prepareGitHome, type GitHome } from '@granary/git-process';
import { ObjectIndex } from '../object-index';
import { ObjectReader } from '../object-reader';

/** A repository of one spec's own, written to object by object. */
export class Scratch {
  private readonly closing: (() => Promise<void>)[] = [];

  private constructor(
    readonly home: GitHome,
    readonly path: string,
    private readonly directory: string,
  ) {}

  static async open(): Promise<Scratch> {
    const directory = await mkdtemp(join(tmpdir(), 'incoming-'));
    const scratch = new Scratch(await prepareGitHome(join(directory, 'home')), join(directory, 'r.git'), directory);
    execFileSync('git', ['init', '-q', '--bare', '--template=', scratch.path]);
    return scratch;
  }

  git(args: string[], input: string | Buffer = ''): string {
    const env = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      GIT_DIR: this.path,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
    };
    return execFileSync('git', args, { input, env, maxBuffer: 64 * 1024 ** 2 })
      .toString()
      .trim();
  }

  blob(content: string | Buffer): string {
    return this.git(['hash-object', '-w', '--stdin'], content);
  }

  /** @param lines as `git ls-tree` prints them. */
  tree(...lines: string[]): string {
    return this.git(['mktree'], lines.map((line) => `${line}\n`).join(''));
  }

  /** A tree of files by their paths. */
  treeOf(files: Record<string, string>): string {
    const below = new Map<string, Record<string, string>>();
    const lines: string[] = [];
    for (const [path, content] of Object.entries(files)) {
      const [name = '', ...rest] = path.split('/');
      if (rest.length === 0) lines.push(`100644 blob ${this.blob(content)}\t${name}`);
      else below.set(name, { ...below.get(name), [rest.join('/')]: content });
    }
    for (const [name, inside] of below) lines.push(`040000 tree ${this.treeOf(inside)}\t${name}`);
    return this.tree(...lines);
  }

  /** Reads the repository; `incoming` says which objects count as brought by the push. */
  reader(incoming: readonly string[] = []): ObjectReader {
    const { catFile, close } = openPrivateCatFile(this.home, { repositoryPath: this.path });
    this.closing.push(close);
    const index = new ObjectIndex();
    for (const oid of incoming.toSorted()) {
      const type = this.git(['cat-file', '-t', oid]) as 'blob';
      index.add({ oid, type, sizeBytes: Number(this.git(['cat-file', '-s', oid])) });
    }
    return new ObjectReader(catFile, index);
  }

  async close(): Promise<void> {
    await Promise.all(this.closing.map((close) => close()));
    await rm(this.directory, { recursive: true, force: true });
  }
}
