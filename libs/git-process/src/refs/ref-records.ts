import { FOR_EACH_REF_FORMAT, parseForEachRef, type RefRecord } from '@granary/wire';
import { readGit } from '../process/ask-git';
import type { GitRepository } from '../repository/git-repository';

export interface RefQuestion {
  /** Full names, and prefixes up to a slash. A name also matches what lies below it. */
  patterns: readonly string[];
  /** By the bytes of the name (default), or the highest version first. */
  sort?: 'name' | 'versions';
  limit?: number;
}

/** Refs with what their tags stand for. @see git-for-each-ref(1). */
export async function listRefRecords(
  repository: GitRepository,
  { patterns, sort = 'name', limit }: RefQuestion,
): Promise<RefRecord[]> {
  const order = sort === 'versions' ? ['--sort=-version:refname'] : [];
  const count = limit === undefined ? [] : [`--count=${limit}`];
  const args = ['for-each-ref', `--format=${FOR_EACH_REF_FORMAT}`, ...order, ...count, '--', ...patterns];
  return parseForEachRef((await readGit(repository, args)).toString('utf8'));
}

/** How many refs there are below `prefix`, which ends in a slash. Opens no object. */
export async function countRefs(repository: GitRepository, prefix: string): Promise<number> {
  return (await readGit(repository, ['for-each-ref', '--format=', '--', prefix])).length;
}
