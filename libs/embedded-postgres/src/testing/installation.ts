import { transformSync, type Options } from '@swc/core';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { findPackage } from '../binaries';
import type { EmbeddedPostgres, PostgresOptions } from '../embedded-postgres';

const LIBS = join(__dirname, '..', '..', '..');
const SWC: Options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } };

const HUB = `
const { startPostgres } = require('@granary/embedded-postgres');
const { uid, ...options } = JSON.parse(process.argv[2]);
if (uid !== undefined) {
  process.setgroups([]);
  process.setgid(uid);
  process.setuid(uid);
}
startPostgres(options).then((postgres) => {
  process.send({ ...postgres, stop: undefined });
  process.on('message', async (order) => {
    if (order === 'stop') await postgres.stop();
    process.exit(order === 'stop' ? 0 : 7);
  });
}, (error) => process.send({ failure: error.message }));
`;

/** A hub of its own: this library and the binaries, placed in `directory` as an install would, to be run from there. */
export async function placeInstallation(directory: string): Promise<string> {
  const modules = join(directory, 'node_modules');
  await compile(join(LIBS, 'kernel', 'src'), join(modules, '@granary', 'kernel'));
  await compile(join(LIBS, 'embedded-postgres', 'src'), join(modules, '@granary', 'embedded-postgres'));
  const packageRoot = findPackage();
  const target = join(modules, '@embedded-postgres', packageRoot.split('/').pop() ?? '');
  await cp(packageRoot, target, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(directory, 'hub.js'), HUB);
  return target;
}

/** What `npm ci --ignore-scripts` leaves: the package without its symbolic links. */
export async function removeLinks(packageRoot: string): Promise<string[]> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8');
  const links = (JSON.parse(list) as { target: string }[]).map(({ target }) => join(packageRoot, target));
  for (const link of links) await rm(link, { force: true });
  return links;
}

export interface Hub {
  process: ChildProcess;
  postgres: Omit<EmbeddedPostgres, 'stop'>;
  /** `stop` stops the database first; `exit` leaves at once, as after an uncaught error. Resolves with the exit code. */
  end(order: 'stop' | 'exit'): Promise<number | null>;
  kill(): Promise<void>;
}

/** Runs the hub placed in `directory`, optionally as the user `uid`. */
export async function runHub(directory: string, options: PostgresOptions & { uid?: number }): Promise<Hub> {
  const child = fork(join(directory, 'hub.js'), [JSON.stringify(options)], { cwd: '/', execArgv: [] });
  const [message] = (await once(child, 'message')) as [EmbeddedPostgres & { failure?: string }];
  if (message.failure !== undefined) {
    child.kill('SIGKILL');
    throw new Error(message.failure);
  }
  const ended = once(child, 'exit') as Promise<[number | null]>;
  return {
    process: child,
    postgres: message,
    end: async (order) => {
      child.send(order);
      return (await ended)[0];
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function compile(source: string, target: string): Promise<void> {
  for (const entry of await readdir(source, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.spec.ts')) continue;
    const from = join(entry.parentPath, entry.name);
    if (from.includes('testing')) continue;
    const to = join(target, relative(source, from)).replace(/\.ts$/, '.js');
    await mkdir(join(to, '..'), { recursive: true });
    await writeFile(to, transformSync(await readFile(from, 'utf8'), SWC).code);
  }
}
