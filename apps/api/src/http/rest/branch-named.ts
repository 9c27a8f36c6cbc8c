/**
 * The short name of the branch that a request means where nothing but a branch can be meant: `x`, `heads/x` and
 * `refs/heads/x` are `x`, and `HEAD` is the default branch. No branch has a name that begins so.
 */
export function branchNamed(text: string, defaultBranch: string): string {
  return text === 'HEAD' ? defaultBranch : text.replace(/^(?:refs\/)?heads\//, '');
}
