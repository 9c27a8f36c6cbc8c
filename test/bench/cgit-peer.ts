import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from '../support';
import { startNginx, startProgram } from './nginx';

const CGIT = '/usr/lib/cgit/cgit.cgi';
const PROCESSES = 4;

/** cgit behind nginx and fcgiwrap, without its page cache, with snapshots in every form that it has. */
export interface CgitPeer {
  /** Where `name.git` goes. */
  root: string;
  snapshotUrl(name: string, format: 'zip' | 'tar.gz'): string;
  /** Of the top folder. */
  treeUrl(name: string): string;
}

export async function startCgitPeer(): Promise<CgitPeer> {
  const directory = workspace('cgit');
  const root = join(directory, 'repositories');
  mkdirSync(root);
  const [socket, settings] = [join(directory, 'fcgiwrap.sock'), join(directory, 'cgitrc')];
  writeFileSync(settings, `cache-size=0\nsnapshots=zip tar.gz\nvirtual-root=/\nscan-path=${root}\n`);
  const gitconfig = join(directory, 'gitconfig');
  writeFileSync(gitconfig, '[safe]\n\tdirectory = *\n');
  startProgram('fcgiwrap', ['-c', String(PROCESSES), '-s', `unix:${socket}`]);
  const { url } = await startNginx(
    directory,
    `
    location / {
      gzip off;
      fastcgi_pass unix:${socket};
      fastcgi_buffering off;
      fastcgi_param SCRIPT_FILENAME ${CGIT};
      fastcgi_param CGIT_CONFIG ${settings};
      fastcgi_param GIT_CONFIG_GLOBAL ${gitconfig};
      fastcgi_param PATH_INFO $uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
    }`,
  );
  return {
    root,
    snapshotUrl: (name, format) => `${url}/${name}.git/snapshot/${name}-main.${format}`,
    treeUrl: (name) => `${url}/${name}.git/tree/`,
  };
}
