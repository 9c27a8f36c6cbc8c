import { GitFailed, listNameStatus, type GitRepository, type NameStatus } from '@granary/git-process';
import { textOfPath } from '@granary/wire';

/** Of one commit, and of all that are asked for at once: paths, and the bytes that they take as JSON. */
const MAX_PATHS = { ofCommit: 3_000, inAll: 30_000 };
const MAX_BYTES = { ofCommit: 1024 ** 2, inAll: 8 * 1024 ** 2 };
/** Commits and paths: a commit may touch millions, and nobody reads on to count them. */
const MAX_READ = 250_000;

export interface ChangedPaths {
  added: string[];
  removed: string[];
  modified: string[];
  /** There are more. */
  isCut?: true;
}

/**
 * What each commit changes against its first parent, in one git process, by the commit's id. Commits that git cannot
 * compare, or that nobody reads to the end, are told without their paths.
 *
 * @see git-diff-tree(1), "--stdin", "Raw output format".
 */
export async function changedPaths(
  repository: GitRepository,
  shas: readonly string[],
): Promise<Map<string, ChangedPaths>> {
  const found = new Map<string, ChangedPaths>();
  if (shas.length === 0) return found;
  const reader = new PathReader(found, new Set(shas));
  try {
    for await (const step of listNameStatus(repository, shas)) if (reader.read(step) > MAX_READ) break;
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
  }
  for (const sha of shas) {
    if (!found.has(sha)) found.set(sha, { added: [], removed: [], modified: [], isCut: true });
  }
  return found;
}

class PathReader {
  private steps = 0;
  private paths: ChangedPaths = { added: [], removed: [], modified: [] };
  private readonly kept = new Kept(MAX_PATHS.inAll, MAX_BYTES.inAll);
  private keptOfCommit = keptOfOne();

  constructor(
    private readonly found: Map<string, ChangedPaths>,
    private readonly shas: ReadonlySet<string>,
  ) {}

  /** @returns how many steps were read. */
  read(step: NameStatus): number {
    if (step.kind === 'commit') this.begin(step.sha);
    else this.add(step.status, step.path);
    return ++this.steps;
  }

  private begin(sha: string): void {
    this.paths = { added: [], removed: [], modified: [] };
    this.keptOfCommit = keptOfOne();
    if (this.shas.has(sha)) this.found.set(sha, this.paths);
  }

  private add(status: string, bytes: Buffer): void {
    const path = textOfPath(bytes);
    const sizeBytes = Buffer.byteLength(JSON.stringify(path)) + 1;
    // What comes behind a path that has no room is left out, too: a list with gaps would look whole.
    if (this.paths.isCut || !this.keptOfCommit.hasRoomFor(sizeBytes) || !this.kept.hasRoomFor(sizeBytes)) {
      this.paths.isCut = true;
      return;
    }
    this.kept.add(sizeBytes);
    this.keptOfCommit.add(sizeBytes);
    if (status === 'A') this.paths.added.push(path);
    else if (status === 'D') this.paths.removed.push(path);
    else this.paths.modified.push(path);
  }
}

class Kept {
  private paths = 0;
  private sizeBytes = 0;

  constructor(
    private readonly maxPaths: number,
    private readonly maxBytes: number,
  ) {}

  hasRoomFor(sizeBytes: number): boolean {
    return this.paths < this.maxPaths && this.sizeBytes + sizeBytes <= this.maxBytes;
  }

  add(sizeBytes: number): void {
    this.paths++;
    this.sizeBytes += sizeBytes;
  }
}

function keptOfOne(): Kept {
  return new Kept(MAX_PATHS.ofCommit, MAX_BYTES.ofCommit);
}
