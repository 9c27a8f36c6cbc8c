import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './hub-process';

/** Debian's development suite has the newest git that a machine with Debian's stable can get; testing is a step behind. */
const SUITES = ['sid', 'trixie'];
const CACHE = join(ROOT, '.cache/newest-git');
const PATIENCE_MS = 120_000;

export interface NewestGit {
  version: string;
  /** To stand first in a client's PATH. */
  binDir: string;
}

/**
 * The newest git beside the machine's own: unpacked with its libraries (its C library is newer than the machine's) into
 * the clone's cache, and started through its own dynamic linker. Nothing is installed.
 *
 * Returns only when it is known, so that tests which cannot run without it are skipped by name.
 *
 * @returns why there is none, where it cannot be had.
 */
export function findNewestGit(): NewestGit | { reason: string } {
  let reason = 'apt and dpkg, from which it is taken, are not here';
  for (const suite of SUITES) {
    try {
      return open(suite);
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  return { reason };
}

function open(suite: string): NewestGit {
  const directory = join(CACHE, suite);
  const binDir = join(directory, 'bin');
  if (!existsSync(binDir)) {
    rmSync(directory, { recursive: true, force: true });
    const temporary = `${directory}.${process.pid}.tmp`;
    try {
      unpack(suite, temporary);
      renameSync(temporary, directory);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
    makeLaunchers(directory);
  }
  try {
    return { version: call(join(binDir, 'git'), ['version']).trim().replace('git version ', ''), binDir };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

/** @returns standard output. @throws Error when the status is not 0, or not there in time. */
function call(command: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: PATIENCE_MS });
  if (status !== 0) throw new Error(`${command} ${args.at(-1)}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

function unpack(suite: string, directory: string): void {
  const apt = join(directory, 'apt');
  for (const name of ['lists/partial', 'archives/partial']) mkdirSync(join(apt, name), { recursive: true });
  // As if nothing were installed: then every library is fetched, too.
  writeFileSync(join(apt, 'status'), '');
  writeFileSync(join(apt, 'one.list'), sourceOf(suite));
  const options = [
    ...[`Dir::State=${apt}`, `Dir::State::Lists=${apt}/lists`, `Dir::State::status=${apt}/status`],
    ...[`Dir::Cache=${apt}`, `Dir::Cache::Archives=${apt}/archives`],
    ...[`Dir::Etc::SourceList=${apt}/one.list`, 'Dir::Etc::SourceParts=-'],
    ...['APT::Sandbox::User=root', 'Acquire::Languages=none', 'Acquire::Retries=2'],
  ].flatMap((option) => ['-o', option]);
  call('apt-get', [...options, '-qq', 'update']);
  call('apt-get', [...options, '-qq', '-y', '--download-only', '--no-install-recommends', 'install', 'git']);
  const packages = readdirSync(join(apt, 'archives')).filter((name) => /^(git|lib.*|zlib1g)_.*\.deb$/.test(name));
  for (const name of packages) call('dpkg-deb', ['-x', join(apt, 'archives', name), join(directory, 'root')]);
  for (const unused of [apt, join(directory, 'root/usr/share')]) rmSync(unused, { recursive: true, force: true });
}

/** The machine's own source of Debian packages (sources.list(5)), with another suite. */
function sourceOf(suite: string): string {
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(readIfThere('/etc/os-release'))?.[1] ?? 'none';
  const parts = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
  ];
  for (const file of files.filter((name) => /\.(list|sources)$/.test(name))) {
    const text = readIfThere(file);
    const line = new RegExp(`^deb (\\[[^\\]]*\\] )?(\\S+) ${codename} main\\b`, 'm').exec(text);
    if (line) return `deb ${line[1] ?? ''}${line[2]} ${suite} main\n`;
    const stanza = text.split(/\n\s*\n/).find((part) => new RegExp(`^Suites:.*\\b${codename}(\\s|$)`, 'm').test(part));
    const uri = /^URIs:\s*(\S+)/m.exec(stanza ?? '')?.[1];
    const key = /^Signed-By:\s*(\/\S+)/m.exec(stanza ?? '')?.[1];
    if (uri) return `deb ${key ? `[signed-by=${key}] ` : ''}${uri} ${suite} main\n`;
  }
  throw new Error('this machine’s apt has no source of Debian packages');
}

const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** One for each program of git's own directory, so that git finds its helpers through its own dynamic linker as well. */
function makeLaunchers(directory: string): void {
  const root = join(directory, 'root');
  const binDir = join(directory, 'bin');
  const unfinished = `${binDir}.tmp`;
  const core = join(root, 'usr/lib/git-core');
  const libraries = readdirSync(join(root, 'usr/lib')).map((name) => join(root, 'usr/lib', name));
  const libraryDir = libraries.find((path) => existsSync(join(path, 'libc.so.6'))) ?? '';
  const linker = readdirSync(libraryDir).find((name) => /^ld-linux.*\.so\.\d$/.test(name)) ?? '';
  mkdirSync(unfinished);
  for (const name of readdirSync(core)) {
    const target = realpathSync(join(core, name));
    if (statSync(target).isDirectory()) continue;
    const isProgram = readFileSync(target).subarray(1, 4).toString() === 'ELF';
    if (!isProgram) {
      symlinkSync(target, join(unfinished, name));
      continue;
    }
    const text = `#!/bin/sh
GIT_EXEC_PATH='${binDir}' GIT_TEMPLATE_DIR='' exec '${join(libraryDir, linker)}' --argv0 '${basename(name)}' --library-path '${libraryDir}' '${target}' "$@"
`;
    writeFileSync(join(unfinished, name), text, { mode: 0o755 });
  }
  renameSync(unfinished, binDir);
}
