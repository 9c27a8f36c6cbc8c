import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, run, runOk, workspace } from '../support';
import { atEnd } from '../support/cleanup';

/** Building an image installs and compiles everything. */
const BUILD_TIMEOUT_MS = 30 * 60_000;

/** A Docker engine and its Compose. */
export interface Engine {
  docker(...args: string[]): Promise<string>;
  /** `docker compose`, or `docker-compose` where that is what there is. */
  compose(...args: string[]): Promise<string>;
}

/** The engine that the docker command reaches. @throws Error when there is none. */
export async function runningEngine(): Promise<Engine> {
  const { code, stderr } = await run('docker', ['info']).catch(() => ({
    code: 1,
    stderr: 'there is no docker command',
  }));
  if (code === 0) return engineOf({ ...process.env });
  throw new Error(`No Docker engine answers (${stderr.trim()}). With --stand-ins one is started for the check.`);
}

/** An engine of Debian's, for this run: its images, containers and volumes lie in a directory that goes with it. Takes root. */
export async function ownEngine(): Promise<Engine> {
  const directory = workspace('docker');
  const socket = `unix://${join(directory, 'docker.sock')}`;
  const logPath = join(directory, 'dockerd.log');
  const log = openSync(logPath, 'w');
  const places = ['--data-root', 'data', '--exec-root', 'exec', '--pidfile', 'pid'];
  const args = places.map((each) => (each.startsWith('--') ? each : join(directory, each)));
  const child = spawn('dockerd', [...args, '-H', socket], { stdio: ['ignore', log, log] });
  atEnd(() => endEngine(child, directory));
  // Debian's docker knows BuildKit without a plugin; another one may come first in the PATH.
  const engine = engineOf({ ...process.env, PATH: `/usr/bin:${process.env.PATH}`, DOCKER_HOST: socket });
  await eventually('the engine answers', () => {
    if (child.exitCode !== null) throw new Error(`dockerd ended:\n${readFileSync(logPath, 'utf8').slice(-2000)}`);
    return engine.docker('info').catch(() => '');
  });
  return engine;
}

function engineOf(variables: NodeJS.ProcessEnv): Engine {
  const env = { ...variables, DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1' };
  const options = { env, timeoutMs: BUILD_TIMEOUT_MS };
  let hasPlugin: Promise<boolean> | undefined;
  return {
    docker: (...args) => runOk('docker', args, options),
    compose: async (...args) => {
      hasPlugin ??= run('docker', ['compose', 'version'], options).then(({ code }) => code === 0);
      return (await hasPlugin)
        ? runOk('docker', ['compose', ...args], options)
        : runOk('docker-compose', args, options);
    },
  };
}

async function endEngine(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const ours = mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${directory}/`));
  if (ours.length > 0) await run('umount', ours.reverse());
}
