import { notFound, type GitRepository } from '../repository/git-repository';
import { knownOfRefs } from '../snapshot/known-of';
import { parsePath } from '../trees/path-in-tree';
import { resolveDefault, resolveName, resolvePlace, type NamedRef, type ResolvedName } from './resolve-name';

/** A place in a repository's history. */
export interface ResolvedAt {
  /** The short name of a branch or a tag, the whole id of a commit. */
  ref: string;
  kind: 'branch' | 'tag' | 'commit';
  /** The commit. */
  sha: string;
  /** `''` is the root. Not yet known to exist. */
  path: string;
}

/** A longer one is nobody's who comes again. */
const MAX_KEPT_LENGTH = 400;

/** An abbreviated id is found among the objects, which no ref tells of: it is looked for each time. */
function placeNamed(repository: GitRepository, at: string): Promise<ResolvedName | null> {
  const read = () => resolvePlace(repository, at);
  if (at.length > MAX_KEPT_LENGTH || /^[0-9a-f]{7,64}(?:\/|$)/.test(at)) return read();
  return knownOfRefs(repository, ['place', at], read, () => 4);
}

/**
 * Splits `<ref>[/<path>]`, where the ref itself may hold slashes, by the rule of docs/ref-names.md.
 *
 * @throws DomainError `not_found` when there is no such ref, or when the path could not be one.
 */
export async function resolveAt(repository: GitRepository, at: string): Promise<ResolvedAt> {
  const found = await placeNamed(repository, at);
  return { ...placeAt(found), path: parsePath(found?.rest ?? '') };
}

/** A place that may be what a tag of a tree or a file stands for. */
export interface ObjectAt extends ResolvedAt {
  type: 'commit' | 'tree' | 'blob';
}

/** As {@link resolveAt}, but for tags of trees and files, too: `sha` is then the object's id. @throws DomainError */
export async function resolveObject(repository: GitRepository, at: string): Promise<ObjectAt> {
  const found = await placeNamed(repository, at);
  if (!found) throw notFound('Ref');
  return { ref: found.ref, kind: found.kind, sha: found.oid, type: found.type, path: parsePath(found.rest) };
}

/** As {@link resolveObject}, where the whole text is the name; null when it stands for nothing. */
export async function resolveNamedObject(repository: GitRepository, name: string): Promise<ObjectAt | null> {
  const found = await resolveName(repository, name);
  return found && { ref: found.ref, kind: found.kind, sha: found.oid, type: found.type, path: '' };
}

/** As {@link resolveAt}, where the whole text names a commit. @throws DomainError `not_found` */
export async function resolveCommit(repository: GitRepository, name: string): Promise<ResolvedAt> {
  return placeAt(await resolveName(repository, name));
}

/** The tip of the default branch; null while that branch does not exist. */
export async function resolveHead(repository: GitRepository): Promise<ResolvedAt | null> {
  const found = await knownOfRefs(repository, ['head'], () => resolveDefault(repository));
  return found && placeAt(found);
}

function placeAt(found: NamedRef | ResolvedName | null): ResolvedAt {
  if (found?.type !== 'commit') throw notFound('Ref');
  return { ref: found.ref, kind: found.kind, sha: found.oid, path: '' };
}
