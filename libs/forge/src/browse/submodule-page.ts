import { commitRef, repositoryUrl, treeUrl } from '@granary/api-contract';
import { isOid } from '@granary/wire';

/** The repository that has the submodule, as clients reach it. */
export interface SubmoduleHost {
  /** `https://hub.example`. */
  baseUrl: string;
  /** Of its SSH server; null: there is none. */
  sshHost: string | null;
  /** `owner/name`. */
  fullName: string;
}

/** How other hubs' addresses name a commit's files. */
const COMMIT_PATHS: Readonly<Record<string, string>> = {
  'github.com': '/tree/',
  'gitlab.com': '/-/tree/',
  'bitbucket.org': '/src/',
  'codeberg.org': '/src/commit/',
};

/**
 * The page of a submodule at its commit: on this hub, or on one whose addresses are known; else the page that its URL
 * names. Nothing is asked of anybody.
 *
 * @param url as `.gitmodules` has it: absolute, in the scp form, or relative to the repository (git-submodule(1)).
 * @returns null where the URL leads to no page.
 */
export function submodulePage(url: string, sha: string, host: SubmoduleHost): string | null {
  const target = webAddress(url, host);
  if (!target) return null;
  const path = target.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  const [owner, name, ...rest] = path.split('/').slice(1).map(decoded);
  if (target.origin === new URL(host.baseUrl).origin) {
    if (!owner || !name || rest.length > 0) return null;
    return isOid(sha) ? treeUrl({ owner, name }, commitRef(sha)) : repositoryUrl({ owner, name });
  }
  const below = COMMIT_PATHS[target.hostname];
  return target.origin + path + (below && owner && name && isOid(sha) ? below + sha : '');
}

function webAddress(url: string, { baseUrl, sshHost, fullName }: SubmoduleHost): URL | null {
  const text = url.trim();
  const base = `${baseUrl}/${fullName.split('/').map(encodeURIComponent).join('/')}/`;
  if (/^\.{1,2}\//.test(text)) return parsed(text, base);
  const [, scpHost, scpPath] = /^(?:[\w.-]+@(?=[\w.-]+:)|(?=[\w-]+\.))([\w.-]+):(?!\/\/)\/?(.+)$/.exec(text) ?? [];
  const named = parsed(scpHost && scpPath ? `ssh://${scpHost}/${scpPath}` : text);
  if (!named) return null;
  if (named.protocol === 'https:' || named.protocol === 'http:') {
    // Whoever wrote a password into it gave it to those who clone, not to pages.
    return parsed(`${named.protocol}//${named.host}${named.pathname}`);
  }
  if (!['ssh:', 'git:', 'git+ssh:'].includes(named.protocol)) return null;
  const origin = named.hostname === sshHost ? new URL(baseUrl).origin : `https://${named.hostname}`;
  return parsed(origin + named.pathname);
}

function parsed(text: string, base?: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
