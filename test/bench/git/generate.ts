import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createCipheriv } from 'node:crypto';
import { runOk } from '../../support';

export const SIZES = { small: 1_000, medium: 5_000, large: 10_000 } as const;
export type Size = keyof typeof SIZES;

const FILES = 400;
const WORDS_PER_FILE = 800;
const MAINTENANCE_FREE = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];

/** The same numbers in every run (Lehmer's generator, modulus 2^31 - 1). */
function numbers(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => (state = (state * 48271) % 2147483647) % below;
}

/** A commit, in the language of git-fast-import(1). */
function commitText(at: number, files: { path: string; text: string }[]): string {
  const changes = files.map(({ path, text }) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  const message = `change ${at}`;
  const time = 1_700_000_000 + at * 60;
  return `commit refs/heads/main\ncommitter Ada <ada@example.com> ${time} +0000\ndata ${message.length}\n${message}\n${changes.join('')}\n`;
}

/** Text of made-up words, which packs about as well as sources do; each commit rewrites some of one or two files. */
function* history(commits: number): Generator<string> {
  const next = numbers(1);
  const word = () => `${(next(40_000) + 1296).toString(36)}${next(6) === 0 ? '\n' : ' '}`;
  const files = new Map<number, string[]>();
  for (let at = 0; at < commits; at++) {
    const changed = Array.from({ length: 1 + next(2) }, () => {
      const file = next(FILES);
      const words = files.get(file) ?? Array.from({ length: WORDS_PER_FILE }, word);
      files.set(file, words);
      const from = next(WORDS_PER_FILE - 400);
      for (let n = from; n < from + 400; n++) words[n] = word();
      return { path: `src/part-${file % 20}/file-${file}.txt`, text: words.join('') };
    });
    yield commitText(at, changed);
  }
}

/** One commit with `count` text files of 1 to 16 KB in a hundred directories, about as a large source tree is. */
function* sourceTree(count: number): Generator<string> {
  const next = numbers(2);
  const word = () => `${(next(40_000) + 1296).toString(36)}${next(6) === 0 ? '\n' : ' '}`;
  const files = Array.from({ length: count }, (_, at) => ({
    path: `src/part-${at % 10}/module-${at % 100}/file-${at}.txt`,
    text: Array.from({ length: 200 + next(3_000) }, word).join(''),
  }));
  yield commitText(0, files);
}

/** Files that no packing makes smaller, each below the size from which git would treat it apart. */
function* noise(totalMib: number): Generator<string | Buffer> {
  const fileMib = 32;
  for (let at = 0; at * fileMib < totalMib; at++) {
    const size = Math.min(fileMib, totalMib - at * fileMib) * 1024 * 1024;
    const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, at + 1), Buffer.alloc(16));
    yield `commit refs/heads/main\ncommitter Ada <ada@example.com> ${1_700_000_000 + at} +0000\ndata 5\nnoise\nM 100644 inline noise-${at}.bin\ndata ${size}\n`;
    yield cipher.update(Buffer.alloc(size));
    yield '\n\n';
  }
}

async function importInto(path: string, stream: Iterable<string | Buffer>, options: string[] = []): Promise<void> {
  await runOk('git', ['init', '-q', '--bare', '--initial-branch=main', path]);
  const child = spawn('git', [...MAINTENANCE_FREE, ...options, `--git-dir=${path}`, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[number]>;
  await pipeline(Readable.from(stream, { objectMode: true }), child.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import into ${path}: status ${code}`);
}

/** A bare repository of so many commits at `path`, packed as a client's repository is. */
export async function generateHistory(path: string, commits: number): Promise<void> {
  await importInto(path, history(commits));
  await runOk('git', [`--git-dir=${path}`, 'repack', '-a', '-d', '-q'], { timeoutMs: 600_000 });
}

/** A bare repository of one commit with so many source files. */
export async function generateSourceTree(path: string, files: number): Promise<void> {
  await importInto(path, sourceTree(files));
}

/** A bare repository of so many MiB that do not compress. */
export async function generateNoise(path: string, totalMib: number): Promise<void> {
  const options = ['-c', 'core.bigFileThreshold=1m', '-c', 'core.compression=0'];
  await importInto(path, noise(totalMib), options);
  // The pushing client need not look for what cannot be there.
  await runOk('git', [`--git-dir=${path}`, 'config', 'pack.window', '0']);
  await runOk('git', [`--git-dir=${path}`, 'config', 'core.bigFileThreshold', '1m']);
}

/** `count` branches, on as many commits as there are. */
export async function addBranches(path: string, count: number): Promise<void> {
  const commits = (await runOk('git', [`--git-dir=${path}`, 'rev-list', 'main'])).trim().split('\n');
  const lines = Array.from({ length: count }, (_, n) => {
    const name = `refs/heads/topic/${String(n).padStart(5, '0')}`;
    return `create ${name} ${commits[n % commits.length]}\n`;
  });
  await runOk('git', [`--git-dir=${path}`, 'update-ref', '--stdin'], { input: lines.join('') });
}
