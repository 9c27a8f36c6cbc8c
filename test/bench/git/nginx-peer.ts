import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from '../../support/cleanup';
import { eventually, freePort, killAll, processTree, workspace } from '../../support';
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
  mkdirSync(join(directory, 'tmp'));
  const port = await freePort();
  const socket = join(directory, 'fcgiwrap.sock');
  const gitconfig = join(directory, 'gitconfig');
  writeFileSync(gitconfig, '[safe]\n\tdirectory = *\n[http]\n\treceivepack = true\n');
  const [counting, ledger] = [join(directory, 'counting-http-backend'), join(directory, 'times')];
  writeFileSync(counting, COUNTING(ledger), { mode: 0o755 });
  writeFileSync(ledger, '');
  writeFileSync(join(directory, 'nginx.conf'), configuration({ directory, root, port, socket, gitconfig, counting }));
  const started = [
    start('fcgiwrap', ['-c', String(BACKENDS), '-s', `unix:${socket}`]),
    start('nginx', ['-p', directory, '-e', join(directory, 'error.log'), '-c', join(directory, 'nginx.conf')]),
  ];
  const url = `http://127.0.0.1:${port}`;
  await eventually('nginx answering', () =>
    fetch(`${url}/ready`).then(
      () => true,
      () => false,
    ),
  );
  const pids = started.map(({ pid }) => pid as number);
  return {
    url: (name) => `${url}/${name}.git`,
    countedUrl: (name) => `${url}/counted/${name}.git`,
    root,
    cpuSeconds: () => cpuSeconds(pids) + sumOfTimes(readFileSync(ledger, 'utf8')),
  };
}

function start(command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  child.on('error', (error) => process.stderr.write(`${command}: ${error.message}\n`));
  atEnd(async () => {
    if (child.pid === undefined) return;
    const tree = processTree(child.pid);
    child.kill('SIGTERM');
    await eventually(`the end of ${command}`, () => child.exitCode !== null || child.signalCode !== null, 5_000).catch(
      () => undefined,
    );
    killAll(tree);
  });
  return child;
}

function configuration(at: {
  directory: string;
  root: string;
  port: number;
  socket: string;
  gitconfig: string;
  counting: string;
}): string {
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
  const temporary = ['client_body', 'fastcgi', 'proxy', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${at.directory}/tmp/${name};`)
    .join('\n');
  return `${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes auto;
daemon off;
pid ${at.directory}/nginx.pid;
events { worker_connections 512; }
http {
  access_log off;
${temporary}
  client_max_body_size 0;
  keepalive_requests 1000000;
  server {
    listen 127.0.0.1:${at.port};
    location = /ready { return 204; }${location('/counted', at.counting)}${location('', HTTP_BACKEND)}
  }
}
`;
}
