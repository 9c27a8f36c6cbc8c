import { writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { runGit } from '@granary/git-process/testing';
import { findCompressors, prepareGitHome, type Compressor, type GitHome } from '@granary/git-process';
import { type ArchiveFormat, type ArchiveFormatName, findArchiveFormat } from '../archive-format';
import { type ArchivePlan, planArchive, type PlanArchiveOptions } from '../plan/archive-plan';
import { openArchive } from '../archive-stream';
import { LfsObjects } from './lfs-store';
import { makeRepository, oidOf, type TestFile } from './repository';

export const NAME = 'hub-main';
export const PREFIX = `${NAME}/`;

/** What a smudge filter does on a server that has LFS content at hand: GitLab's way, and here the standard to meet. */
const SMUDGE = `#!/bin/sh
pointer=$(mktemp); cat > "$pointer"
oid=$(sed -n 's/^oid sha256://p' "$pointer")
if [ -n "$oid" ] && [ -f "$1/$oid" ]; then cat "$1/$oid"; else cat "$pointer"; fi
rm "$pointer"
`;

export interface TestArchive {
  repositoryPath: string;
  commit: string;
  plan(options?: Partial<PlanArchiveOptions>): Promise<ArchivePlan>;
  stream(format: ArchiveFormatName, options?: Partial<PlanArchiveOptions>): Promise<Readable>;
  bytes(format: ArchiveFormatName, options?: Partial<PlanArchiveOptions>): Promise<Buffer>;
  /** `git archive` of the same commit with a working LFS filter. */
  byGit(format: ArchiveFormatName, ...args: string[]): Promise<Buffer>;
}

/** A directory with git homes, repositories and LFS objects that belong to one spec file. */
export class ArchiveBench {
  private constructor(
    readonly directory: string,
    readonly home: GitHome,
    private readonly compressors: ReadonlyMap<string, Compressor>,
  ) {}

  static async open(): Promise<ArchiveBench> {
    const directory = await mkdtemp(join(tmpdir(), 'granary-archives-'));
    writeFileSync(join(directory, 'smudge'), SMUDGE, { mode: 0o755 });
    const home = await prepareGitHome(join(directory, 'home'));
    return new ArchiveBench(directory, home, await findCompressors(home.searchPath));
  }

  close(): Promise<void> {
    return rm(this.directory, { recursive: true });
  }

  /** What `openArchive` needs to know of a format. */
  encoding(name: ArchiveFormatName): { format: ArchiveFormat; compressor: Compressor | undefined } {
    const format = formatOf(name);
    return { format, compressor: this.compressors.get(format.compression) };
  }

  temporary(): Promise<string> {
    return mkdtemp(join(this.directory, 'd-'));
  }

  async archive(
    files: readonly TestFile[],
    lfsContents: readonly Buffer[] = [],
    objects = new LfsObjects(lfsContents),
  ): Promise<TestArchive> {
    const { home } = this;
    const directory = await this.temporary();
    const repositoryPath = join(directory, 'repository.git');
    const commit = await makeRepository(home, repositoryPath, files);
    for (const content of lfsContents) writeFileSync(join(directory, oidOf(content)), content);
    const signal = new AbortController().signal;
    const git = { home, path: repositoryPath, signal };
    const plan = (options: Partial<PlanArchiveOptions> = {}): Promise<ArchivePlan> =>
      planArchive({ git, commit, lfs: true, resolveLfs: objects.resolve, ...options });
    const stream: TestArchive['stream'] = async (format, options) =>
      openArchive({
        home,
        repositoryPath,
        signal,
        plan: await plan(options),
        ...this.encoding(format),
        prefix: PREFIX,
      });
    const smudge = `filter.lfs.smudge=${join(this.directory, 'smudge')} ${directory}`;
    return {
      repositoryPath,
      commit,
      plan,
      stream,
      bytes: async (format, options) => buffer(await stream(format, options)),
      byGit: async (format, ...args) => {
        const command = ['-c', smudge, 'archive', `--format=${format}`, `--prefix=${NAME}/`, commit, '--', ...args];
        return (await runGit(home, { repositoryPath, args: command })).stdout;
      },
    };
  }
}

function formatOf(name: ArchiveFormatName): ArchiveFormat {
  const format = findArchiveFormat(name);
  if (format === null) throw new Error(`No format ${name}`);
  return format;
}

/** Resolves once no process names `text` in its command line (/proc); a process that stays makes the test time out. */
export async function noProcessNames(text: string): Promise<void> {
  while ((await processesNaming(text)).length > 0) await setTimeout(10);
}

/** Ids of the processes whose command line names `text`, from /proc. */
export async function processesNaming(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => lines[index]?.includes(text)).map(Number);
}
