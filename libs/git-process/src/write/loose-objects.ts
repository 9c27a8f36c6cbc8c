import { readGit } from '../process/ask-git';
import type { GitRepository } from '../repository/git-repository';
import type { NewObject } from './new-object';

/** Whom a commit names; the time is told in UTC. */
export interface CommitPerson {
  name: string;
  email: string;
  date: Date;
}

export interface NewTreeEntry {
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  oid: string;
  /** One of a directory, without line feeds. */
  name: string;
}

/** Writes one object into a file of its own, which nobody has synced. @returns its id. @see git-hash-object(1). */
export function writeObject(repository: GitRepository, type: NewObject['type'], content: string): Promise<string> {
  return idPrinted(repository, ['hash-object', '-w', '-t', type, '--stdin'], content);
}

/** As {@link writeObject}. @param entries in any order, of objects that are there. @see git-mktree(1). */
export function writeTree(repository: GitRepository, entries: readonly NewTreeEntry[]): Promise<string> {
  const lines = entries.map(({ mode, type, oid, name }) => `${mode} ${type} ${oid}\t${name}\n`);
  return idPrinted(repository, ['mktree'], lines.join(''));
}

/** As {@link writeObject}, for a commit without parents. Git takes from names what would end them. @see git-commit-tree(1). */
export function commitTree(
  repository: GitRepository,
  commit: { tree: string; message: string; author: CommitPerson; committer: CommitPerson },
): Promise<string> {
  const { tree, message, author, committer } = commit;
  const env = { ...repository.env, ...identity('AUTHOR', author), ...identity('COMMITTER', committer) };
  return idPrinted({ ...repository, env }, ['commit-tree', tree], message);
}

function identity(role: 'AUTHOR' | 'COMMITTER', { name, email, date }: CommitPerson): Record<string, string> {
  return {
    [`GIT_${role}_NAME`]: name,
    [`GIT_${role}_EMAIL`]: email,
    [`GIT_${role}_DATE`]: `${Math.floor(date.getTime() / 1000)} +0000`,
  };
}

async function idPrinted(repository: GitRepository, args: readonly string[], stdin: string): Promise<string> {
  return (await readGit(repository, args, { stdin, maxOutputBytes: 4096 })).toString('latin1').trim();
}
