import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from '../support/cleanup';
import { eventually, freePort, killAll, processTree } from '../support';

export interface Nginx {
  url: string;
  pid: number;
}

/** A server of the machine's own, which ends with the bench. */
export function startProgram(command: string, args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(command, args, {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', ...env },
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

/**
 * nginx with one server on a free port, everything it writes below `directory`.
 * @param locations the server's own part of the configuration.
 */
export async function startNginx(directory: string, locations: string): Promise<Nginx> {
  mkdirSync(join(directory, 'tmp'), { recursive: true });
  const port = await freePort();
  writeFileSync(join(directory, 'nginx.conf'), configuration({ directory, port, locations }));
  const child = startProgram('nginx', [
    ...['-p', directory, '-e', join(directory, 'error.log')],
    ...['-c', join(directory, 'nginx.conf')],
  ]);
  const url = `http://127.0.0.1:${port}`;
  await eventually('nginx answering', () =>
    fetch(`${url}/ready`).then(
      () => true,
      () => false,
    ),
  );
  return { url, pid: child.pid as number };
}

function configuration(at: { directory: string; port: number; locations: string }): string {
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
    location = /ready { return 204; }${at.locations}
  }
}
`;
}
