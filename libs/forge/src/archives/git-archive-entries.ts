import { gitArchive, type GitHome } from '@granary/git-process';
import { type ArchiveEntries, type ArchiveEntry, TarReader, type TarEntry } from '@granary/archive-format';
import { checkLimit, type ArchivePlan } from './plan/archive-plan';
import { LfsFeed, type LfsFeedItem } from './lfs-feed';
import { isWithin, pathBytes } from './plan/tree-paths';

/** Up to this size a file is held whole. */
const SMALL_FILE_BYTES = 1024 * 1024;

export interface GitArchiveEntriesOptions {
  home: GitHome;
  repositoryPath: string;
  plan: ArchivePlan;
  prefix: string;
  signal: AbortSignal;
}

/**
 * The entries of a commit as `git archive` gives them (attributes, line ends, modes and times are its business), with
 * the content of the planned LFS objects in the place of their pointers. To be iterated once.
 */
export class GitArchiveEntries implements ArchiveEntries {
  private tar: TarReader | null = null;

  constructor(private readonly options: GitArchiveEntriesOptions) {}

  get comment(): string {
    return this.tar?.comment ?? '';
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ArchiveEntry> {
    const { home, repositoryPath, plan, prefix, signal } = this.options;
    // No filter is configured for LFS in the hub's git, so that pointers come through as they are.
    const git = await gitArchive(home, {
      repositoryPath,
      commitOid: plan.commit,
      prefix,
      paths: plan.paths,
      signal,
    });
    try {
      yield* this.entries((this.tar = new TarReader(git)));
    } finally {
      git.destroy();
    }
  }

  private async *entries(tar: TarReader): AsyncGenerator<ArchiveEntry> {
    const { plan, prefix, signal } = this.options;
    const prefixBytes = Buffer.byteLength(prefix);
    let gitBytes = 0;
    const feed = new LfsFeed(plan.lfsFiles, signal);
    const excluded = plan.excludePaths.map(pathBytes);
    for (let entry = await tar.next(); entry !== null; entry = await tar.next()) {
      const path = entry.path.toString('latin1', prefixBytes).replace(/\/$/, '');
      if (path !== '' && isWithin(path, excluded)) continue;
      gitBytes += entry.sizeBytes;
      checkLimit(gitBytes, plan.maxContentBytes, 'bytes');
      const lfs = entry.type === 'file' ? feed.find(path) : null;
      const made = lfs === null ? await fromGit(tar, entry) : fromLfs(lfs, entry);
      yield tar.comment === '' ? undated(made) : made;
    }
  }
}

/** 1980-01-01: the first moment that a zip can tell. */
const NO_COMMIT_SECONDS = 315_532_800;

/** A tree has no date. Git takes the present, which would make each archive of it another one. */
function undated(entry: ArchiveEntry): ArchiveEntry {
  return { ...entry, mtimeSeconds: NO_COMMIT_SECONDS, tarHeader: null };
}

// Field by field: spreading an object costs microseconds, and there may be a hundred thousand of these.
async function fromGit(tar: TarReader, entry: TarEntry): Promise<ArchiveEntry> {
  return {
    path: entry.path,
    type: entry.type,
    mode: entry.mode,
    mtimeSeconds: entry.mtimeSeconds,
    linkPath: entry.linkPath,
    sizeBytes: entry.sizeBytes,
    content: entry.sizeBytes <= SMALL_FILE_BYTES ? await tar.wholeBody() : tar.body(),
    crc32: null,
    tarHeader: entry.header,
    tarGlobalHeader: entry.globalHeader,
    label: '',
  };
}

function fromLfs({ file, content }: LfsFeedItem, entry: TarEntry): ArchiveEntry {
  return {
    path: entry.path,
    type: 'file',
    mode: entry.mode,
    mtimeSeconds: entry.mtimeSeconds,
    linkPath: entry.linkPath,
    sizeBytes: file.sizeBytes,
    content,
    crc32: file.crc32,
    tarHeader: null,
    tarGlobalHeader: entry.globalHeader,
    label: file.oid,
  };
}
