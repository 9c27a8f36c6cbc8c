import { execFile } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Launcher } from '../launch/launcher';
import { spawnTool } from '../process/spawn-tool';

export type CompressorName = 'bzip2' | 'xz' | 'zstd';

/** A program that compresses standard input. */
export interface Compressor {
  name: CompressorName;
  /** What it says about itself: another version may give other bytes. */
  version: string;
  searchPath: string;
  launcher?: Launcher;
}

/** One thread and a fixed level each, so that equal input gives equal bytes on every machine. */
const ARGUMENTS: Record<CompressorName, readonly string[]> = {
  bzip2: ['-9', '-c'],
  xz: ['-3', '-T1', '-c'],
  zstd: ['-3', '--single-thread', '-q', '-c'],
};
const NAMES = Object.keys(ARGUMENTS) as CompressorName[];

const run = promisify(execFile);

/** Those that are on this machine, by name. */
export async function findCompressors(
  searchPath: string,
  launcher?: Launcher,
): Promise<ReadonlyMap<CompressorName, Compressor>> {
  const found = await Promise.all(NAMES.map((name) => findCompressor(name, searchPath)));
  return new Map(
    found.flatMap((compressor) => (compressor ? [[compressor.name, { ...compressor, launcher }] as const] : [])),
  );
}

async function findCompressor(name: CompressorName, searchPath: string): Promise<Compressor | null> {
  // bzip2 goes on to compress its standard input when it has told its version, on standard error.
  const asked = run(name, ['--version'], { env: { PATH: searchPath, LC_ALL: 'C' }, timeout: 10_000 });
  asked.child.stdin?.on('error', () => undefined).end();
  const answer = await asked.catch(() => null);
  if (answer === null) return null;
  const version = /\d+\.\d+[.\w]*/.exec(answer.stdout.toString() + answer.stderr.toString())?.[0] ?? '';
  return { name, version, searchPath };
}

/**
 * What the program makes of `source`. Ends only when the program ended well; leaving the loop, or `signal`, ends it.
 *
 * @throws whatever `source` throws, the signal's reason, and an Error when the program fails.
 */
export async function* compress(
  { name, searchPath, launcher }: Compressor,
  source: AsyncIterable<Buffer>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const tool = await spawnTool({ command: name, args: ARGUMENTS[name], searchPath, signal, launcher });
  const fed = feed(source, tool.stdin);
  // A source that failed must not be taken for one that ended.
  void fed.then((failure) => failure && tool.stop());
  try {
    for await (const chunk of tool.stdout as AsyncIterable<Buffer>) yield chunk;
    const [{ exitCode, stderr }, failure] = await Promise.all([tool.done, fed]);
    signal?.throwIfAborted();
    if (failure && failure.isOfSource) throw failure.cause;
    if (exitCode !== 0 || failure) throw new Error(`${name} exited with ${exitCode}: ${stderr.trim()}`);
  } finally {
    tool.stop();
    await tool.done;
  }
}

async function feed(
  source: AsyncIterable<Buffer>,
  stdin: NodeJS.WritableStream,
): Promise<{ cause: unknown; isOfSource: boolean } | null> {
  let isOfSource = false;
  const watched = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* source;
    } catch (cause) {
      isOfSource = true;
      throw cause;
    }
  };
  try {
    await pipeline(watched, stdin);
    return null;
  } catch (cause) {
    return { cause, isOfSource };
  }
}
