import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';

export interface BlobCommit {
  commit: string;
  path: string;
}

export interface BlobCommitsOptions {
  repositoryPath: string;
  tips: readonly string[];
  /** What these reach is left out. */
  except?: readonly string[];
  /** Its full id. */
  blob: string;
  limit: number;
  signal?: AbortSignal;
}

const ID = /^[0-9a-f]{40,64}$/;

/**
 * Commits in which a path became `blob`, newest first (git-log(1), `--find-object`). It compares the trees of the whole
 * history unless `limit` is reached before: give it a signal that ends it.
 *
 * @throws GitFailed, or the signal's reason.
 */
export async function blobCommits(home: GitHome, options: BlobCommitsOptions): Promise<BlobCommit[]> {
  const { repositoryPath, tips, except = [], blob, limit, signal } = options;
  if (tips.length === 0) return [];
  const { stdout } = await runGit(home, {
    repositoryPath,
    signal,
    args: [
      ...['log', '-z', '--raw', '--no-abbrev', '--no-renames', '-m', '--root', '--format=tformat:%H'],
      ...[`--find-object=${blob}`, `--max-count=${limit}`, '--stdin'],
    ],
    stdin: [...tips, ...except.map((oid) => `^${oid}`)].join('\n') + '\n',
  });
  return parseRaw(stdout.toString('latin1'), blob);
}

/** `<commit> NUL LF? :<modes> <old> <new> <status> NUL <path> NUL`, the part from the colon repeated. */
function parseRaw(output: string, blob: string): BlobCommit[] {
  const found = new Map<string, BlobCommit>();
  const fields = output.split('\0');
  let commit = '';
  for (let at = 0; at < fields.length; at++) {
    const field = (fields[at] ?? '').trimStart();
    if (!field.startsWith(':')) {
      if (ID.test(field)) commit = field;
      continue;
    }
    const path = fields[++at] ?? '';
    if (field.split(' ')[3] === blob) found.set(`${commit}:${path}`, { commit, path });
  }
  return [...found.values()];
}

const PUSHED_REFS = ['refs/heads', 'refs/notes', 'refs/tags'];

/** Names of refs that users push and that reach `commit`, in their order, at most `limit`. */
export async function refsContaining(
  home: GitHome,
  repositoryPath: string,
  { commit, limit, signal }: { commit: string; limit: number; signal?: AbortSignal },
): Promise<string[]> {
  const { stdout } = await runGit(home, {
    repositoryPath,
    signal,
    args: ['for-each-ref', `--contains=${commit}`, `--count=${limit}`, '--format=%(refname)', '--', ...PUSHED_REFS],
  });
  return stdout.toString().split('\n').filter(Boolean);
}
