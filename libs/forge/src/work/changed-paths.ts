import { GitFailed, nulFields, streamGit } from '@granary/git-process';
import type { BareRepository } from '../browse';

/** Of one commit, and of all that are asked for at once. */
const MAX_PATHS = { ofCommit: 3_000, inAll: 30_000 };
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
  private kept = 0;
  private keptOfCommit = 0;

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
    this.keptOfCommit = 0;
    if (this.shas.has(sha)) this.found.set(sha, this.paths);
  }

  private add(field: Buffer): void {
    const { status } = this;
    this.status = '';
    if (this.keptOfCommit >= MAX_PATHS.ofCommit || this.kept >= MAX_PATHS.inAll) {
      this.paths.isCut = true;
      return;
    }
    this.kept++;
    this.keptOfCommit++;
    const path = field.toString('utf8');
    if (status === 'A') this.paths.added.push(path);
    else if (status === 'D') this.paths.removed.push(path);
    else this.paths.modified.push(path);
  }
}
