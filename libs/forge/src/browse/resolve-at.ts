import { readHead } from '@granary/git-process';
import { checkRefName, FOR_EACH_REF_FORMAT, parseForEachRef, parseRefName } from '@granary/wire';
import { notFound, readGit, type BareRepository } from './bare-repository';
import { peelToCommit } from './object-facts';
import { parsePath } from './path-in-tree';

/** A place in a repository's history. */
export interface ResolvedAt {
  /** As the address writes it: a branch, a tag or a commit id. */
  ref: string;
  kind: 'branch' | 'tag' | 'commit';
  /** The commit. */
  sha: string;
  /** `''` is the root. Not yet known to exist. */
  path: string;
}

/** Names that are nested deeper are not looked for: each level is one more argument for git. */
const MAX_REF_SEGMENTS = 32;
const MAX_LENGTH = 8192;
const KINDS = { branch: 'refs/heads/', tag: 'refs/tags/' } as const;

/**
 * Splits `<ref>[/<path>]`, where the ref itself may hold slashes: the longest branch wins, then the longest tag, then
 * a commit id, whole or by at least seven digits.
 *
 * @throws DomainError `not_found` when there is no such ref, or when the path could not be one.
 */
export async function resolveAt(repository: BareRepository, at: string): Promise<ResolvedAt> {
  if (at.length > MAX_LENGTH || at.includes('\0')) throw notFound('Ref');
  const segments = at.split('/');
  const found = (await findRef(repository, segments)) ?? (await findCommit(repository, segments[0] ?? ''));
  if (!found) throw notFound('Ref');
  return { ...found, path: parsePath(at.slice(found.ref.length + 1)) };
}

/** The tip of the default branch; null while that branch does not exist. */
export async function resolveHead(repository: BareRepository): Promise<ResolvedAt | null> {
  const { ref, oid } = await readHead(repository.home, repository.path);
  const branch = ref === null ? null : parseRefName(ref);
  return branch && oid ? { ref: branch.name, kind: 'branch', sha: oid, path: '' } : null;
}

type Found = Omit<ResolvedAt, 'path'>;

async function findRef(repository: BareRepository, segments: readonly string[]): Promise<Found | null> {
  const names = segments
    .slice(0, MAX_REF_SEGMENTS)
    .map((_, index) => segments.slice(0, index + 1).join('/'))
    .filter((name) => checkRefName(KINDS.branch + name) === null)
    .reverse();
  const candidates = Object.values(KINDS).flatMap((prefix) => names.map((name) => prefix + name));
  if (candidates.length === 0) return null;
  // A pattern also matches everything below it, as "main" does "main/x": hence the look-up by the whole name.
  const output = await readGit(repository, ['for-each-ref', `--format=${FOR_EACH_REF_FORMAT}`, '--', ...candidates]);
  const records = new Map(parseForEachRef(output.toString('utf8')).map((record) => [record.fullName, record]));
  for (const [kind, prefix] of Object.entries(KINDS) as [keyof typeof KINDS, string][]) {
    const ref = names.find((name) => records.has(prefix + name));
    const record = ref === undefined ? undefined : records.get(prefix + ref);
    if (ref === undefined || !record) continue;
    const sha = record.type === 'commit' ? record.oid : await peelToCommit(repository, record.oid);
    return sha ? { ref, kind, sha } : null;
  }
  return null;
}

async function findCommit(repository: BareRepository, text: string): Promise<Found | null> {
  if (!/^[0-9a-f]{7,64}$/.test(text)) return null;
  const sha = await peelToCommit(repository, text);
  // Git would also take the digits for the name of a ref; only an id is meant here.
  return sha?.startsWith(text) ? { ref: text, kind: 'commit', sha } : null;
}
