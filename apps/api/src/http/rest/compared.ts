import type { GitRepository } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { commitOf } from './commit-of';

interface End {
  /** As the address has it, without its owner. */
  name: string;
  sha: string;
}

/** What an address asks to compare. */
export interface Compared {
  base: End;
  head: End;
  /** Two dots: one commit beside the other, not beside where they parted. */
  isDirect: boolean;
  /** By the end of the address. */
  form: 'diff' | 'patch' | null;
}

/**
 * Reads `base...head` or `base..head`: no ref has two dots in its name. Either may be `owner:ref` or `owner:repository:ref`,
 * as GitHub has it for forks; there is no other repository here that belongs to this one.
 *
 * @param repository `owner/name`
 * @throws DomainError `not_found`
 */
export async function findCompared(bare: GitRepository, basehead: string, repository: string): Promise<Compared> {
  const parts = splitEnds(basehead);
  if (!parts) {
    throw new DomainError('not_found', 'Not Found', { hint: 'Name two commits: …/compare/<base>...<head>' });
  }
  const [base, head] = [ownRef(parts.base, repository), ownRef(parts.head, repository)];
  const { isDirect } = parts;
  const baseEnd = { name: base, sha: await commitOf(bare, base) };
  try {
    return { base: baseEnd, head: { name: head, sha: await commitOf(bare, head) }, isDirect, form: null };
  } catch (error) {
    const [, name, form] = /^(.+)\.(diff|patch)$/.exec(head) ?? [];
    if (name === undefined || !(error instanceof DomainError) || error.code !== 'not_found') throw error;
    const end = { name, sha: await commitOf(bare, name) };
    return { base: baseEnd, head: end, isDirect, form: form === 'diff' ? 'diff' : 'patch' };
  }
}

/** @returns null where there are not two names. */
export function splitEnds(basehead: string): { base: string; head: string; isDirect: boolean } | null {
  const [, base = '', dots, head = ''] = /^([^.].*?)(\.{2,3})([^.].*)$/s.exec(basehead) ?? [];
  return dots === undefined ? null : { base, head, isDirect: dots === '..' };
}

/** No ref has a colon in its name. */
export function ownRef(text: string, repository: string): string {
  const [ref = '', ...where] = text.split(':').reverse();
  const [owner = '', name = ''] = repository.toLowerCase().split('/');
  const [otherName, otherOwner] = where.length > 1 ? where : [name, where[0]];
  const isHere = (otherOwner ?? owner).toLowerCase() === owner && otherName?.toLowerCase() === name && where.length < 3;
  if (!isHere || ref === '') throw new DomainError('not_found', 'Not Found');
  return ref;
}
