import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from './actor';
import { ROOT } from './hub-process';
import { runOk } from './run';
import { workspace } from './workspace';

export interface Remote {
  url: string;
  /** Nobody signs in where there is none. */
  token?: string;
}

/** A Git client of whatever make. Each operation fails by throwing, with what the client said. */
export interface GitClient {
  /** @returns the branch and its commit, `empty`; with a depth the number of commits. */
  clone(remote: Remote, dir: string, depth?: number): Promise<string>;
  /** What a client does that cannot clone an empty repository. */
  init(remote: Remote, dir: string): Promise<void>;
  /** A commit on `main` that changes `name`. @returns its id. */
  commit(dir: string, name: string, text: string): Promise<string>;
  push(remote: Remote, dir: string, refspec: string): Promise<void>;
  /** An annotated tag of the newest commit. */
  tag(dir: string, name: string): Promise<void>;
  /** @returns the commit of the remote's `main`. */
  fetch(remote: Remote, dir: string): Promise<string>;
}

/** A program beside the specs that takes an operation and its options as JSON. */
export function drivenClient(
  program: string[],
  env: NodeJS.ProcessEnv,
  extra: { key?: string; account?: string } = {},
): GitClient {
  const [command = '', ...args] = program;
  const script = join(ROOT, 'test/e2e/clients', args.pop() ?? '');
  const drive = async (operation: string, wanted: object) => {
    const json = JSON.stringify({ ...wanted, ...extra });
    return (await runOk(command, [...args, script, operation, json], { env })).trim();
  };
  return {
    clone: ({ url, token }, dir, depth) => drive('clone', { url, token, dir, depth }),
    init: async ({ url }, dir) => void (await drive('init', { url, dir })),
    commit: (dir, name, text) => drive('commit', { dir, name, text }),
    push: async ({ url, token }, dir, refspec) => void (await drive('push', { url, token, dir, refspec })),
    tag: async (dir, name) => void (await drive('tag', { dir, name })),
    fetch: ({ url, token }, dir) => drive('fetch', { url, token, dir }),
  };
}

/** Clients that know git's own words: git itself, of any version, and JGit. */
export function commandLineClient(command: string, env: NodeJS.ProcessEnv): GitClient {
  const isJgit = command === 'jgit';
  // The actor's own configuration signs in to the hub.
  const addressOf = (remote: Remote) => (isJgit ? remote.url : withToken(remote));
  const plain = isJgit ? [] : ['-c', 'credential.helper='];
  const call = async (cwd: string, ...args: string[]) =>
    (await runOk(command, [...plain, ...args], { cwd, env })).trim();
  const tipOf = async (dir: string, revision: string) =>
    (await runOk('git', ['rev-parse', revision], { cwd: dir })).trim();
  return {
    async clone(remote, dir, depth) {
      const depths = depth === undefined ? [] : ['--depth', String(depth)];
      await call(workspace('clone'), 'clone', ...depths, addressOf(remote), dir);
      if (depth !== undefined) return (await runOk('git', ['rev-list', '--count', 'HEAD'], { cwd: dir })).trim();
      const tip = await tipOf(dir, 'HEAD').catch(() => null);
      if (!tip) return 'empty';
      return `${(await runOk('git', ['branch', '--show-current'], { cwd: dir })).trim()} ${tip}`;
    },
    init: () => Promise.reject(new Error('git clones empty repositories')),
    async commit(dir, name, text) {
      writeFileSync(join(dir, name), text);
      // JGit begins an empty repository on master, whatever the hub says.
      if (isJgit) await runOk('git', ['symbolic-ref', 'HEAD', 'refs/heads/main'], { cwd: dir });
      await call(dir, 'add', name);
      await call(dir, 'commit', '-m', 'change');
      return tipOf(dir, 'HEAD');
    },
    async push(remote, dir, refspec) {
      await call(dir, 'push', addressOf(remote), refspec);
    },
    async tag(dir, name) {
      await call(dir, 'tag', ...(isJgit ? [] : ['-a']), '-m', 'a tag', name);
    },
    async fetch(remote, dir) {
      await call(dir, 'fetch', addressOf(remote), '+refs/heads/*:refs/remotes/origin/*');
      return tipOf(dir, 'refs/remotes/origin/main');
    },
  };
}

/** git looks for the token in the address; JGit is told it by {@link jgitEnvironment}. */
function withToken({ url, token }: Remote): string {
  const address = new URL(url);
  if (token) Object.assign(address, { username: 'x', password: token });
  return address.href;
}

const LIBRARIES = ['org.eclipse.jgit.lfs', 'org.eclipse.jgit.http.apache', 'httpclient', 'httpcore', 'commons-logging'];

/**
 * A home in which JGit finds a name to commit with: it reads no `GIT_CONFIG_GLOBAL`. Debian's `jgit` leaves
 * libraries out that it needs.
 */
export function jgitEnvironment(actor: Actor, { isSignedIn }: { isSignedIn: boolean }): NodeJS.ProcessEnv {
  const home = join(workspace('jgit'), 'home');
  mkdirSync(home);
  writeFileSync(join(home, '.gitconfig'), `[user]\n\tname = ${actor.name}\n\temail = ${actor.name}@example.com\n`);
  // It asks a window for the password, or this file.
  if (isSignedIn) writeFileSync(join(home, '.netrc'), `machine 127.0.0.1 login x password ${actor.token}\n`);
  const JGIT_CLASSPATH = LIBRARIES.map((name) => `/usr/share/java/${name}.jar`).join(':');
  return {
    ...actor.env,
    HOME: home,
    JGIT_CLASSPATH,
    JAVA_TOOL_OPTIONS: `-Duser.home=${home} -Djava.awt.headless=true -XX:TieredStopAtLevel=1`,
  };
}
