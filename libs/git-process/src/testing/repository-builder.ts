import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareGitHome, type GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import type { GitRepository } from '../repository/git-repository';
import { initRepository } from '../repository/repository';

/** A file as text, or with a mode of its own: `120000` (symlink), `160000` (submodule: the commit's id), `100755`. */
export type FileSpec = string | Buffer | { mode: string; content: string };

export interface CommitSpec {
  /** Where the commit goes; `refs/heads/main` unless told. */
  ref?: string;
  /** The first one's tree is the start; the ref's tip unless told, nothing for a first commit. */
  parents?: string[];
  /** By path; null deletes. */
  files?: Record<string, FileSpec | null>;
  message?: string;
}

/** Writes real bare repositories, reproducibly: each commit is a minute younger than the last. */
export class RepositoryBuilder implements GitRepository {
  private epochSeconds = 1_700_000_000;

  private constructor(
    private readonly directory: string,
    readonly home: GitHome,
    readonly path: string,
  ) {}

  static async create(options: { objectFormat?: 'sha1' | 'sha256' } = {}): Promise<RepositoryBuilder> {
    const directory = await mkdtemp(join(tmpdir(), 'browse-'));
    const home = await prepareGitHome(join(directory, 'home'));
    const path = join(directory, 'repository.git');
    await initRepository(home, path, { objectFormat: options.objectFormat ?? 'sha1', defaultBranch: 'main' });
    return new RepositoryBuilder(directory, home, path);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Standard output of git without its last line feed. */
  async git(args: string[], stdin?: string | Buffer): Promise<string> {
    const person = { NAME: 'Ada', EMAIL: 'ada@example.com', DATE: `${this.epochSeconds} +0000` };
    const env = Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((role) =>
        Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
      ),
    );
    const { stdout } = await runGit(this.home, { args, repositoryPath: this.path, stdin, env });
    return stdout.toString('utf8').replace(/\n$/, '');
  }

  /** @returns the new commit's id. */
  async commit(spec: CommitSpec = {}): Promise<string> {
    const { ref = 'refs/heads/main', files = {}, message = 'Change' } = spec;
    const parents = spec.parents ?? (await this.tipOf(ref));
    this.epochSeconds += 60;
    const [from, ...merged] = parents;
    const parts: (string | Buffer)[] = [
      `reset ${ref}\ncommit ${ref}\nmark :1\n`,
      `author Ada <ada@example.com> ${this.epochSeconds} +0100\n`,
      `committer Grace <grace@example.com> ${this.epochSeconds} +0000\n`,
      ...data(message),
      from ? `from ${from}\n` : '',
      ...merged.map((parent) => `merge ${parent}\n`),
      ...Object.entries(files).flatMap(([path, file]) => change(path, file)),
      'get-mark :1\n',
    ];
    const input = Buffer.concat(parts.map((part) => Buffer.from(part)));
    return this.git(['fast-import', '--quiet', '--force'], input);
  }

  private async tipOf(ref: string): Promise<string[]> {
    const tip = await this.git(['for-each-ref', '--format=%(objectname)', '--', ref]);
    return tip === '' ? [] : [tip];
  }
}

function change(path: string, file: FileSpec | null): (string | Buffer)[] {
  if (file === null) return [`D ${quote(path)}\n`];
  const isPlain = typeof file === 'string' || Buffer.isBuffer(file);
  const { mode, content } = isPlain ? { mode: '100644', content: file } : file;
  if (mode === '160000') return [`M 160000 ${content.toString()} ${quote(path)}\n`];
  return [`M ${mode} inline ${quote(path)}\n`, ...data(content)];
}

function data(content: string | Buffer): (string | Buffer)[] {
  return [`data ${Buffer.byteLength(content)}\n`, content, '\n'];
}

function quote(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
