import { DIFF_SUMMARY_OPTIONS, DiffSummaryParser, type ChangedFile } from '@granary/wire';
import { outputOf } from '../process/ask-git';
import type { GitRepository } from '../repository/git-repository';
import { treesOf, type TreePair } from './tree-pair';

/** A file that a commit changes, with how many lines. */
export interface CountedFile extends ChangedFile {
  additions: number;
  deletions: number;
}

export interface CommitChanges {
  /** Those of the window. */
  files: CountedFile[];
  /** Of the whole commit. */
  fileCount: number;
  additions: number;
  deletions: number;
}

/** A blob above this counts as binary, unread; renames with edits are sought among so many files at most. */
const BIG_FILE_THRESHOLD = 'core.bigFileThreshold=4m';
const RENAME_LIMIT = '-l200';

/** `git diff-tree` over all directories, with renames: the commit page's view of what a change is. */
export const CHANGE_OPTIONS: readonly string[] = ['-c', BIG_FILE_THRESHOLD, 'diff-tree', '-r', RENAME_LIMIT];

/**
 * What differs between two trees: the totals of all files, and those files that stand in the window. Costs memory for
 * the window alone, however many files there are.
 */
export async function readChanges(
  repository: GitRepository,
  trees: TreePair,
  { offset, limit }: { offset: number; limit: number },
): Promise<CommitChanges> {
  const parser = new DiffSummaryParser();
  const changes: CommitChanges = { files: [], fileCount: 0, additions: 0, deletions: 0 };
  const byPath = new Map<string, CountedFile>();
  const take = (file: ChangedFile) => {
    const index = changes.fileCount++;
    if (index < offset || index >= offset + limit) return;
    const counted = { ...file, additions: 0, deletions: 0 };
    changes.files.push(counted);
    byPath.set(pathOf(file), counted);
  };
  const args = [...CHANGE_OPTIONS, '-M', ...DIFF_SUMMARY_OPTIONS, ...treesOf(trees), '--'];
  for await (const chunk of outputOf(repository, args) as AsyncIterable<Buffer>) {
    const { files, counts } = parser.push(chunk);
    files.forEach(take);
    for (const { newPath, additions, deletions, binary } of counts) {
      changes.additions += additions;
      changes.deletions += deletions;
      Object.assign(byPath.get(newPath) ?? {}, { additions, deletions, binary });
    }
  }
  parser.end();
  return changes;
}

/** No two files of a commit share it: where a file is now, or was when it was deleted. */
export function pathOf({ oldPath, newPath }: Pick<ChangedFile, 'oldPath' | 'newPath'>): string {
  return newPath ?? oldPath ?? '';
}
