import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '../process/run-git';
import { updateRefs } from '../repository/refs';
import type { Fixture } from './fixture';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2024-01-02T03:04:05Z',
  GIT_COMMITTER_DATE: '2024-01-02T03:04:05Z',
};

/** Writes into a bare repository as pushes would, without a client. */
export class Filler {
  private serial = 0;

  constructor(
    private readonly fixture: Fixture,
    readonly path: string,
  ) {}

  async git(args: string[], stdin = ''): Promise<string> {
    const { stdout } = await runGit(this.fixture.home, { repositoryPath: this.path, args, stdin, env: IDENTITY });
    return stdout.toString().trim();
  }

  /** A loose commit of one file with `text`; answers the ids of the commit and all that it brings. */
  async commit(text: string, parent?: string): Promise<{ commit: string; objects: string[] }> {
    const blob = await this.git(['hash-object', '-w', '--stdin'], text);
    const tree = await this.git(['mktree'], `100644 blob ${blob}\tfile-${this.serial++}\n`);
    const parents = parent === undefined ? [] : ['-p', parent];
    const commit = await this.git(['commit-tree', tree, ...parents], `commit ${this.serial}\n`);
    return { commit, objects: [blob, tree, commit] };
  }

  /** A pack of exactly these objects, which stay loose as well until `prune-packed`. */
  async pack(objects: string[]): Promise<string> {
    const base = join(this.path, 'objects', 'pack', 'pack');
    return `pack-${await this.git(['pack-objects', '--quiet', base], objects.map((oid) => `${oid}\n`).join(''))}`;
  }

  /** A commit on top of `ref`, in a pack of its own, with `ref` moved. Answers the commit's id. */
  async push(ref: string, text: string): Promise<string> {
    const parent = await this.git(['for-each-ref', '--format=%(objectname)', ref]);
    const { commit, objects } = await this.commit(text, parent || undefined);
    await this.pack(objects);
    await this.git(['prune-packed', '--quiet']);
    await updateRefs(this.fixture.home, this.path, [{ ref, newOid: commit }]);
    return commit;
  }

  async has(oid: string): Promise<boolean> {
    const { exitCode } = await runGit(this.fixture.home, {
      repositoryPath: this.path,
      args: ['cat-file', '-e', oid],
      acceptExitCodes: [0, 1, 128],
    });
    return exitCode === 0;
  }

  /** @throws GitFailed when anything that a ref reaches is missing or broken. */
  async fsck(): Promise<void> {
    await this.git(['fsck', '--full', '--strict', '--no-dangling']);
  }

  /** Every object there is, whether a ref reaches it or not. */
  async allObjects(): Promise<string[]> {
    const list = await this.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']);
    return list.split('\n').filter(Boolean);
  }

  async packNames(): Promise<string[]> {
    const files = await readdir(join(this.path, 'objects', 'pack'));
    return files.filter((file) => file.endsWith('.pack')).map((file) => file.slice(0, -'.pack'.length));
  }
}
