import { resolveName, type GitRepository } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import type { ResolvedRef } from './archive-request';

/**
 * The commit, or the tree of a tag of one, that `name` stands for (docs/ref-names.md); null when it stands for nothing. An archive is kept and passed
 * on, so that a name with two meanings is not chosen between here, as it is on pages.
 *
 * @throws DomainError `conflict` for a branch and a tag of one name that are at different commits, `invalid` for a tag
 *   of a file.
 */
export async function resolveRef(source: GitRepository, name: string): Promise<ResolvedRef | null> {
  const found = await resolveName(source, name);
  if (!found) return null;
  const { oid: commit, ref, kind, type, hiddenTag } = found;
  if (type === 'blob') throw noTree(name);
  if (hiddenTag && hiddenTag.oid !== commit) throw ambiguous(name);
  if (name === 'HEAD') return { commit, ref: name, kind: 'branch' };
  // Named by an id it is the same for ever; by another ref, such as notes, it is not.
  const isFixed = kind !== 'commit' || commit.startsWith(name);
  return { commit, ref, kind: isFixed ? kind : 'branch' };
}

function ambiguous(name: string): DomainError {
  return new DomainError('conflict', `"${name}" is a branch and a tag, and they are at different commits.`, {
    hint: `Ask for refs/heads/${name} or refs/tags/${name}.`,
  });
}

function noTree(name: string): DomainError {
  return new DomainError('invalid', `The tag "${name}" names a single file, so that there is nothing to archive.`);
}
