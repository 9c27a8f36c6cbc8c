import type { Readable } from 'node:stream';
import { GitFailed, runGit, spawnGit, type GitHome } from '@granary/git-process';
import { parsePointer } from '@granary/wire';

/** Pointers are under 1024 bytes; larger blobs are never read here. */
const POINTER_LIMIT_BYTES = 1024;
const MAX_NAMED_PATHS = 20;

export interface IncomingObjects {
  repositoryPath: string;
  /** The quarantine's environment: new objects are visible through it alone. */
  env: Record<string, string>;
  newOids: readonly string[];
  signal?: AbortSignal;
}

interface PointerAt {
  oid: string;
  path: string;
}

async function lines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = (rest + (chunk as string)).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(onLine);
  }
  if (rest) onLine(rest);
}

/** Small blobs that only the pushed history reaches, by oid, each with one of its paths. */
async function incomingSmallBlobs(git: GitHome, incoming: IncomingObjects): Promise<Map<string, string>> {
  const blobs = new Map<string, string>();
  const { repositoryPath, env, newOids, signal } = incoming;
  const walk = spawnGit(git, {
    repositoryPath,
    env,
    signal,
    args: [
      'rev-list',
      '--objects',
      `--filter=combine:object:type=blob+blob:limit=${POINTER_LIMIT_BYTES}`,
      '--filter-provided-objects',
      '--stdin',
      '--not',
      '--all',
    ],
  });
  walk.stdin.end(newOids.map((oid) => `${oid}\n`).join(''));
  await lines(walk.stdout, (line) => {
    const space = line.indexOf(' ');
    if (space > 0) blobs.set(line.slice(0, space), line.slice(space + 1));
  });
  const { exitCode, stderr } = await walk.done;
  if (exitCode !== 0) throw new GitFailed('rev-list', exitCode, stderr);
  return blobs;
}

/** Reads `git cat-file --batch` output: `<oid> SP <type> SP <size> LF <contents> LF`, all objects small. */
function pointersIn(output: Buffer, paths: Map<string, string>): PointerAt[] {
  const found: PointerAt[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0x0a, at);
    const [blob = '', , size] = output.toString('latin1', at, end).split(' ');
    const from = end + 1;
    const to = from + Number(size);
    const pointer = parsePointer(output.subarray(from, to));
    if (pointer.kind === 'pointer') found.push({ oid: pointer.oid, path: paths.get(blob) ?? blob });
    at = to + 1;
  }
  return found;
}

const READ_AT_ONCE = 4096;

/** LFS pointers among the blobs that a push brings. */
export async function incomingPointers(git: GitHome, incoming: IncomingObjects): Promise<PointerAt[]> {
  const blobs = await incomingSmallBlobs(git, incoming);
  const oids = [...blobs.keys()];
  const found: PointerAt[] = [];
  for (let from = 0; from < oids.length; from += READ_AT_ONCE) {
    const some = oids.slice(from, from + READ_AT_ONCE);
    const { stdout } = await runGit(git, {
      repositoryPath: incoming.repositoryPath,
      env: incoming.env,
      signal: incoming.signal,
      args: ['cat-file', '--batch', '--buffer'],
      stdin: some.join('\n') + '\n',
      maxOutputBytes: READ_AT_ONCE * (POINTER_LIMIT_BYTES + 128),
    });
    found.push(...pointersIn(stdout, blobs));
  }
  return found;
}

/** What the pusher reads when objects are missing; the command at the end mends it. */
export function missingObjectsText(missing: readonly PointerAt[]): string[] {
  const named = missing.slice(0, MAX_NAMED_PATHS).map(({ path, oid }) => `  ${path} (${oid.slice(0, 12)})`);
  const rest = missing.length - named.length;
  return [
    `${missing.length} LFS object${missing.length === 1 ? ' is' : 's are'} missing on the hub:`,
    ...named,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    'Upload them first, then push again: git lfs push --all <remote>',
  ];
}
