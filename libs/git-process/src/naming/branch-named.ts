import { checkRefName } from '@granary/wire';

/**
 * The short name of the branch that a request means where nothing but a branch can be meant: `x`, `heads/x` and
 * `refs/heads/x` are `x`, and `HEAD` is the default branch. No branch has a name that begins so (docs/ref-names.md).
 */
export function branchNamed(text: string, defaultBranch: string): string {
  return text === 'HEAD' ? defaultBranch : text.replace(/^(?:refs\/)?heads\//, '');
}

/** As {@link branchNamed}, in full; null for a tag, another ref, and what can be no branch's name. */
export function branchRefNamed(text: string, defaultBranch: string): string | null {
  const name = branchNamed(text, defaultBranch);
  const fullName = `refs/heads/${name}`;
  return /^(?:refs|tags)\//.test(name) || checkRefName(fullName) !== null ? null : fullName;
}
