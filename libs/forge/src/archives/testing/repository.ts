import { createHash } from 'node:crypto';
import { runGit, type GitHome } from '@granary/git-process';

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

/** @see git-fast-import(1). */
function importStream(files: readonly TestFile[]): Buffer {
  const who = `Ada <ada@example.test> ${COMMIT_TIME_SECONDS} +0000`;
  const parts: (string | Buffer)[] = [`commit refs/heads/main\ncommitter ${who}\ndata 5\nFirst\n`];
  for (const { path, content, mode = '100644' } of files) {
    const name = quoted(Buffer.from(path));
    if (mode === '160000') parts.push(`M 160000 ${content.toString()} ${name}\n`);
    else {
      const bytes = Buffer.from(content);
      parts.push(`M ${mode} inline ${name}\ndata ${bytes.length}\n`, bytes, '\n');
    }
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function quoted(path: Buffer): string {
  const plain = (byte: number): boolean => byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
  const escape = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;
  return `"${[...path].map((byte) => (plain(byte) ? String.fromCharCode(byte) : escape(byte))).join('')}"`;
}
