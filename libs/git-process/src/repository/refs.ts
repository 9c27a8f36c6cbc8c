import { DomainError, visible } from '@granary/kernel';
import { checkHubRef } from '@granary/wire';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { runGit } from '../process/run-git';

export interface Ref {
  /** Full name, e.g. `refs/heads/main`. */
  name: string;
  oid: string;
  objectType: 'commit' | 'tag' | 'tree' | 'blob';
  /** What an annotated tag finally points at; `null` for everything else. */
  peeledOid: string | null;
}

export interface ListRefsOptions {
  /** Full names, or prefixes up to a slash (`refs/heads/`). Everything by default. */
  patterns?: readonly string[];
  /** Return at most so many. */
  limit?: number;
  signal?: AbortSignal;
}

/** A change of one ref. An id of zeros is never needed: absence is `null`. */
export interface RefUpdate {
  ref: string;
  /** `null` deletes the ref. */
  newOid: string | null;
  /** What the ref must hold now; `null`: it must not exist; left out: anything. */
  oldOid?: string | null;
}

const FORMAT = '%(objectname)%00%(objecttype)%00%(*objectname)%00%(refname)';

/** Refs in the order of their names, HEAD left out (git-for-each-ref(1)): all of them, the hub's own too. */
export async function listRefs(home: GitHome, repositoryPath: string, options: ListRefsOptions = {}): Promise<Ref[]> {
  const count = options.limit === undefined ? [] : [`--count=${options.limit}`];
  const { stdout } = await runGit(home, {
    repositoryPath,
    args: ['for-each-ref', `--format=${FORMAT}`, ...count, '--', ...(options.patterns ?? [])],
    maxOutputBytes: 512 * 1024 * 1024,
    signal: options.signal,
  });
  return stdout.toString('utf8').split('\n').filter(Boolean).map(parseRef);
}

/** As {@link listRefs}, without the hub's own: what a surface may show. `limit` counts before they are left out. */
export async function listVisibleRefs(
  home: GitHome,
  repositoryPath: string,
  options: ListRefsOptions & { patterns: readonly string[] },
): Promise<Ref[]> {
  const refs = await listRefs(home, repositoryPath, options);
  return refs.filter(({ name }) => checkHubRef(name) === null);
}

function parseRef(line: string): Ref {
  const [oid = '', objectType = '', peeledOid = '', name = ''] = line.split('\0');
  return { name, oid, objectType: objectType as Ref['objectType'], peeledOid: peeledOid || null };
}

/**
 * Changes refs in one transaction: all or none (git-update-ref(1), `--stdin -z`).
 *
 * @throws DomainError `conflict` when a ref does not hold what the caller expects, is locked, or stands in the way of
 *   another name (`a` beside `a/b`); `invalid` when a name or an id is no such thing. Nothing has changed then.
 */
export async function updateRefs(home: GitHome, repositoryPath: string, updates: readonly RefUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const instructions = updates.map(formatUpdate).join('');
  try {
    await runGit(home, { repositoryPath, args: ['update-ref', '--stdin', '-z'], stdin: instructions });
  } catch (error) {
    throw error instanceof GitFailed ? refusal(error) : error;
  }
}

function formatUpdate({ ref, newOid, oldOid }: RefUpdate): string {
  for (const field of [ref, newOid, oldOid]) {
    if (field?.includes('\0')) throw new DomainError('invalid', 'A ref or an id holds a NUL byte');
  }
  if (newOid === null) return oldOid === null ? `verify ${ref}\0\0` : `delete ${ref}\0${oldOid ?? ''}\0`;
  if (oldOid === null) return `create ${ref}\0${newOid}\0`;
  return `update ${ref}\0${newOid}\0${oldOid ?? ''}\0`;
}

function refusal(error: GitFailed): unknown {
  const [, ref] = /cannot lock ref '([^']*)'/.exec(error.stderr) ?? [];
  if (ref !== undefined) {
    return new DomainError('conflict', `${visible(ref)} was changed by someone else, or its name is taken`, {
      cause: error,
    });
  }
  if (/invalid ref format|: invalid <|nonexistent object|bad object|multiple updates for ref/.test(error.stderr)) {
    return new DomainError('invalid', 'A ref name or an object id is not valid', { cause: error });
  }
  return error;
}
