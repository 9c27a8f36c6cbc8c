import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from '../../support';
import { startNginx, startProgram } from '../nginx';
import { cpuSeconds } from '../process-usage';
import { sumOfTimes } from './shell-times';

const HTTP_BACKEND = '/usr/lib/git-core/git-http-backend';
/** Enough for every request that a row has under way at once. */
const BACKENDS = 24;

/**
 * Runs http-backend and notes what it and all that it started took of the processor, in a file that grows: fcgiwrap does
 * not wait for its children, so that their time cannot be read from it.
 */
const COUNTING = (ledger: string) => `#!/bin/sh
${HTTP_BACKEND}
times >> ${ledger}
`;

/** `git http-backend` behind nginx and fcgiwrap, as git-http-backend(1) describes it, in a directory of its own. */
export interface NginxPeer {
  url(name: string): string;
  /** The same, with its processor time counted: for requests that are long beside the start of a shell. */
  countedUrl(name: string): string;
  /** Where `name.git` goes. */
  root: string;
  /** So far, of nginx, fcgiwrap and the requests to {@link countedUrl} that are over. */
  cpuSeconds(): number;
}

export async function startNginxPeer(): Promise<NginxPeer> {
  const directory = workspace('nginx');
  const root = join(directory, 'repositories');
  mkdirSync(root);
  const socket = join(directory, 'fcgiwrap.sock');
  const gitconfig = join(directory, 'gitconfig');
  writeFileSync(gitconfig, '[safe]\n\tdirectory = *\n[http]\n\treceivepack = true\n');
  const [counting, ledger] = [join(directory, 'counting-http-backend'), join(directory, 'times')];
  writeFileSync(counting, COUNTING(ledger), { mode: 0o755 });
  writeFileSync(ledger, '');
  const fcgiwrap = startProgram('fcgiwrap', ['-c', String(BACKENDS), '-s', `unix:${socket}`]);
  const { url, pid } = await startNginx(directory, locations({ root, socket, gitconfig, counting }));
  const pids = [fcgiwrap.pid as number, pid];
  return {
    url: (name) => `${url}/${name}.git`,
    countedUrl: (name) => `${url}/counted/${name}.git`,
    root,
    cpuSeconds: () => cpuSeconds(pids) + sumOfTimes(readFileSync(ledger, 'utf8')),
  };
}

function locations(at: { root: string; socket: string; gitconfig: string; counting: string }): string {
  const location = (prefix: string, program: string) => `
    location ~ ^${prefix}(?<path>/.*)$ {
      gzip off;
      fastcgi_pass unix:${at.socket};
      fastcgi_buffering off;
      fastcgi_param SCRIPT_FILENAME ${program};
      fastcgi_param GIT_PROJECT_ROOT ${at.root};
      fastcgi_param GIT_HTTP_EXPORT_ALL "";
      fastcgi_param GIT_CONFIG_GLOBAL ${at.gitconfig};
      fastcgi_param GIT_PROTOCOL $http_git_protocol;
      fastcgi_param PATH_INFO $path;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param REMOTE_ADDR $remote_addr;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
    }`;
  return location('/counted', at.counting) + location('', HTTP_BACKEND);
}
