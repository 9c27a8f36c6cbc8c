import { GitFailed, nulFields, streamGit } from '@granary/git-process';
import { textOfPath } from '@granary/wire';
import type { BareRepository } from '../browse';

/** Of one commit, and of all that are asked for at once: paths, and the bytes that they take as JSON. */
const MAX_PATHS = { ofCommit: 3_000, inAll: 30_000 };
const MAX_BYTES = { ofCommit: 1024 ** 2, inAll: 8 * 1024 ** 2 };
/** A commit may touch millions: nobody reads on to count them. */
const MAX_FIELDS = 500_000;
const ARGS = ['diff-tree', '--stdin', '-r', '-z', '--root', '--name-status', '--no-renames', '-m', '--first-parent'];

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
  { home, path, signal }: BareRepository,
  shas: readonly string[],
): Promise<Map<string, ChangedPaths>> {
  const found = new Map<string, ChangedPaths>();
  if (shas.length === 0) return found;
  const stdin = `${shas.join('\n')}\n`;
  const reader = new PathReader(found, new Set(shas));
  try {
    for await (const fields of nulFields(streamGit(home, { args: ARGS, repositoryPath: path, signal, stdin }))) {
      for (const field of fields) reader.read(field);
      if (reader.fields > MAX_FIELDS) break;
    }
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
  }
  for (const sha of shas) {
    if (!found.has(sha)) found.set(sha, { added: [], removed: [], modified: [], isCut: true });
  }
  return found;
}

/** The fields in their order: a commit's id, then a status and a path for each file. */
class PathReader {
  fields = 0;
  private paths: ChangedPaths = { added: [], removed: [], modified: [] };
  private status = '';
  private readonly kept = new Kept(MAX_PATHS.inAll, MAX_BYTES.inAll);
  private keptOfCommit = keptOfOne();

  constructor(
    private readonly found: Map<string, ChangedPaths>,
    private readonly shas: ReadonlySet<string>,
  ) {}

  read(field: Buffer): void {
    this.fields++;
    if (this.status !== '') return this.add(field);
    const text = field.toString('latin1');
    if (text.length < 40) this.status = text;
    else this.begin(text);
  }

  private begin(sha: string): void {
    this.paths = { added: [], removed: [], modified: [] };
    this.keptOfCommit = keptOfOne();
    if (this.shas.has(sha)) this.found.set(sha, this.paths);
  }

  private add(field: Buffer): void {
    const { status } = this;
    this.status = '';
    const path = textOfPath(field);
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
