import { outputOf } from '../process/ask-git';
import { nulFields } from '../process/nul-fields';
import { verifiedOid, type GitRepository } from '../repository/git-repository';

/** A commit, and behind it each path that it changes against its first parent. */
export type NameStatus = { kind: 'commit'; sha: string } | { kind: 'path'; status: string; path: Buffer };

const ARGS = ['diff-tree', '--stdin', '-r', '-z', '--root', '--name-status', '--no-renames', '-m', '--first-parent'];

/**
 * What each commit changes against its first parent, a root commit against nothing, in one process. Leaving the loop ends
 * git.
 *
 * @throws GitFailed when one of them cannot be compared.
 * @see git-diff-tree(1), "--stdin", "Raw output format".
 */
export async function* listNameStatus(repository: GitRepository, shas: readonly string[]): AsyncGenerator<NameStatus> {
  const stdin = shas.map((sha) => `${verifiedOid(sha)}\n`).join('');
  let status = '';
  for await (const fields of nulFields(outputOf(repository, ARGS, { stdin }))) {
    for (const field of fields) {
      if (status !== '') {
        yield { kind: 'path', status, path: field };
        status = '';
      } else {
        const text = field.toString('latin1');
        if (text.length < 40) status = text;
        else yield { kind: 'commit', sha: text };
      }
    }
  }
}
