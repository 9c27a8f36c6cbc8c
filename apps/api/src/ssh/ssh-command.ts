import type { RepositoryPath } from '@granary/forge';
import { hasAsciiControls } from '@granary/kernel';
import { splitShellWords } from './shell-words';

export type GitService = 'git-upload-pack' | 'git-receive-pack' | 'git-upload-archive';

/** What a client may ask for in an `exec` request. The list is exact: everything else is `refused`. */
export type SshCommand =
  | { kind: 'git'; service: GitService; path: RepositoryPath }
  | { kind: 'lfs_authenticate' | 'lfs_transfer'; operation: 'upload' | 'download'; path: RepositoryPath }
  | { kind: 'refused'; reason: string };

const MAX_LENGTH = 4096;
const GIT_SERVICES: readonly string[] = ['git-upload-pack', 'git-receive-pack', 'git-upload-archive'];

const LFS_VERBS = { lfs_authenticate: 'git-lfs-authenticate', lfs_transfer: 'git-lfs-transfer' };

const refused = (reason: string): SshCommand => ({ kind: 'refused', reason });

/**
 * Reads the command of an `exec` request (RFC 4254, section 6.5).
 * @see git(1) "GIT_SSH"; git-lfs: docs/api/server-discovery.md, docs/proposals/ssh_adapter.md
 */
export function parseSshCommand(line: string): SshCommand {
  if (line.length > MAX_LENGTH || hasAsciiControls(line)) return refused('This is not a Git command.');
  const words = splitShellWords(line);
  if (!words) return refused('This is no plain command: nothing here is given to a shell.');
  // Old clients and some libraries say `git upload-pack`.
  const [verb = '', ...rest] = words[0] === 'git' ? [`git-${words[1]}`, ...words.slice(2)] : words;
  if (GIT_SERVICES.includes(verb)) return gitCommand(verb as GitService, rest);
  if (verb === 'git-lfs-authenticate') return lfsCommand('lfs_authenticate', rest);
  if (verb === 'git-lfs-transfer') return lfsCommand('lfs_transfer', rest);
  return refused(`"${words.slice(0, 2).join(' ')}" is not offered here.`);
}

function gitCommand(service: GitService, args: string[]): SshCommand {
  const path = args.length === 1 ? repositoryPath(args[0] ?? '') : null;
  return path ? { kind: 'git', service, path } : refused(`${service} takes one path, <namespace>/<name>.git.`);
}

function lfsCommand(kind: 'lfs_authenticate' | 'lfs_transfer', args: string[]): SshCommand {
  const [where = '', operation] = args;
  const path = args.length === 2 ? repositoryPath(where) : null;
  if (!path || (operation !== 'upload' && operation !== 'download')) {
    return refused(`${LFS_VERBS[kind]} takes a path, <namespace>/<name>.git, and "upload" or "download".`);
  }
  return { kind, operation, path };
}

/**
 * `/ns/name.git` of a ssh:// address, `ns/name.git` of the scp form; `.git` may be left out, and slashes may be doubled
 * where an address was put together of parts.
 */
function repositoryPath(text: string): RepositoryPath | null {
  const [namespace, name, ...more] = text.split('/').filter((part) => part !== '');
  const bare = name?.replace(/\.git$/i, '');
  return namespace && bare && more.length === 0 ? { namespace, name: bare } : null;
}
