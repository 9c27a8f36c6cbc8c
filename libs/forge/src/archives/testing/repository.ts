import { createHash } from 'node:crypto';
import { runGit } from '@granary/git-process/testing';
import type { GitHome } from '@granary/git-process';

export interface TestFile {
  path: string | Buffer;
  /** For mode 160000 the commit id of the submodule. */
  content: string | Buffer;
  mode?: '100644' | '100755' | '120000' | '160000';
}

/** Odd, so that a zip's two-second DOS time alone would show. */
export const COMMIT_TIME_SECONDS = 1_700_000_001;

/** Makes a bare repository with one commit on `main` and returns the commit's id. */
export async function makeRepository(
  home: GitHome,
  repositoryPath: string,
  files: readonly TestFile[],
): Promise<string> {
  await runGit(home, { args: ['init', '--quiet', '--bare', '--initial-branch=main', repositoryPath] });
  await runGit(home, { repositoryPath, args: ['fast-import', '--quiet'], stdin: importStream(files) });
  const { stdout } = await runGit(home, { repositoryPath, args: ['rev-parse', 'refs/heads/main'] });
  return stdout.toString().trim();
}

/** A pointer file as git-lfs writes it. */
export function pointerTo(content: Buffer): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(content)}\nsize ${content.length}\n`;
}

export function oidOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Each content once, as fast-import takes half a millisecond for a blob. @see git-fast-import(1). */
function importStream(files: readonly TestFile[]): Buffer {
  const who = `Ada <ada@example.test> ${COMMIT_TIME_SECONDS} +0000`;
  const marks = new Map<string, number>();
  const blobs: Buffer[] = [];
  const entries: string[] = [];
  for (const { path, content, mode = '100644' } of files) {
    const bytes = Buffer.from(content);
    const key = bytes.toString('latin1');
    if (mode !== '160000' && !marks.has(key)) {
      marks.set(key, marks.size + 1);
      blobs.push(Buffer.from(`blob\nmark :${marks.size}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n'));
    }
    const what = mode === '160000' ? content.toString() : `:${marks.get(key)}`;
    entries.push(`M ${mode} ${what} ${quoted(Buffer.from(path))}\n`);
  }
  const commit = `commit refs/heads/main\ncommitter ${who}\ndata 5\nFirst\n${entries.join('')}`;
  return Buffer.concat([...blobs, Buffer.from(commit)]);
}

function quoted(path: Buffer): string {
  const plain = (byte: number): boolean => byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
  const escape = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;
  return `"${[...path].map((byte) => (plain(byte) ? String.fromCharCode(byte) : escape(byte))).join('')}"`;
}
