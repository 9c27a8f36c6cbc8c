import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreatedAccessToken, TokenScope } from '@granary/api-contract';
import type { Hub, HubAt } from './hub';
import { run, runOk, type RunOptions, type RunResult } from './run';
import { workspace } from './workspace';

export interface ActorOptions {
  scopes?: TokenScope[];
  siteAdmin?: boolean;
}

export interface ApiAnswer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

const DEFAULT_SCOPES: TokenScope[] = ['repo:read', 'repo:write', 'repo:admin', 'user', 'keys', 'hooks'];

/** JSON in and out; a body that is no JSON comes back as text. */
async function call<T>(url: string, init: RequestInit): Promise<ApiAnswer<T>> {
  const answer = await fetch(url, { ...init, redirect: 'manual' });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(text) : text) as T };
}

export const basic = (login: string, password: string) =>
  `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;

/** Calls the hub's API with any `Authorization`, or none when that is null. */
export function callApi<T = unknown>(
  hub: HubAt,
  request: { method: string; path: string; authorization?: string | null; body?: unknown },
): Promise<ApiAnswer<T>> {
  const headers: Record<string, string> = {};
  if (request.authorization) headers.authorization = request.authorization;
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  return call<T>(hub.url + request.path, { method: request.method, headers, body });
}

/** A user of the hub at a machine of their own: an own home, git configuration and credentials. */
export class Actor<H extends HubAt = Hub> {
  constructor(
    readonly hub: H,
    readonly name: string,
    readonly password: string,
    readonly token: string,
    readonly home: string,
  ) {}

  get env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.home,
      LANG: 'C.UTF-8',
      GIT_CONFIG_GLOBAL: join(this.home, 'gitconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
    };
  }

  /** Environment for git that hands the token to whatever address asks: another hub of the same data, a proxy. */
  get tokenForAnyAddress(): NodeJS.ProcessEnv {
    return {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'credential.helper',
      GIT_CONFIG_VALUE_0: join(this.home, 'credential-helper'),
    };
  }

  /** The HTTP remote of `path` (`owner/name`). */
  remote(path: string): string {
    return `${this.hub.url}/${path}.git`;
  }

  /** Runs git (and `git lfs`) to its end, whatever its status. */
  git(args: string[], options: RunOptions = {}): Promise<RunResult> {
    return run('git', args, { ...options, env: { ...this.env, ...options.env } });
  }

  /** @returns git's standard output. @throws Error when its status is not 0. */
  gitOk(args: string[], options: RunOptions = {}): Promise<string> {
    return runOk('git', args, { ...options, env: { ...this.env, ...options.env } });
  }

  /** Calls the API with the token. `path` begins with `/api/`. */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<ApiAnswer<T>> {
    return callApi<T>(this.hub, { method, path, body, authorization: `Bearer ${this.token}` });
  }

  /** A new repository of this user. @returns its full name. */
  async createRepository(name: string, wanted: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.api('POST', '/api/v3/user/repos', { name, ...wanted });
    if (answer.status !== 201) throw new Error(`creating ${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return `${this.name}/${name}`;
  }
}

function makeHome(hub: HubAt, name: string, token: string): string {
  const home = join(workspace(`home-${name}`), 'home');
  mkdirSync(home, { mode: 0o700 });
  const helper = join(home, 'credential-helper');
  writeFileSync(helper, `#!/bin/sh\n[ "$1" = get ] && printf 'username=%s\\npassword=%s\\n' '${name}' '${token}'\n`);
  chmodSync(helper, 0o700);
  const config = `[user]
  name = ${name}
  email = ${name}@example.com
[init]
  defaultBranch = main
[credential "${hub.url}"]
  helper = ${helper}
[filter "lfs"]
  clean = git-lfs clean -- %f
  smudge = git-lfs smudge -- %f
  process = git-lfs filter-process
  required = true
[advice]
  detachedHead = false
`;
  writeFileSync(join(home, 'gitconfig'), config);
  return home;
}

/** Creates the user as the hub's administrator would, and a token as the user would. */
export async function createActor<H extends HubAt>(
  hub: H,
  name: string,
  options: ActorOptions = {},
): Promise<Actor<H>> {
  const password = randomBytes(12).toString('base64url');
  const created = await callApi(hub, {
    method: 'POST',
    path: '/api/v3/admin/users',
    authorization: basic(hub.admin.login, hub.admin.password),
    body: { login: name, email: `${name}@example.com`, password, site_admin: options.siteAdmin },
  });
  if (created.status !== 201) throw new Error(`creating ${name}: ${created.status} ${JSON.stringify(created.body)}`);
  const issued = await callApi<CreatedAccessToken>(hub, {
    method: 'POST',
    path: '/api/v3/user/tokens',
    authorization: basic(name, password),
    body: { name: 'tests', scopes: options.scopes ?? DEFAULT_SCOPES },
  });
  if (issued.status !== 201) throw new Error(`token of ${name}: ${issued.status} ${JSON.stringify(issued.body)}`);
  return actorWith(hub, name, { password, token: issued.body.token });
}

/** A user whom the hub knows already. */
export function actorWith<H extends HubAt>(
  hub: H,
  name: string,
  { password, token }: { password: string; token: string },
): Actor<H> {
  return new Actor(hub, name, password, token, makeHome(hub, name, token));
}
