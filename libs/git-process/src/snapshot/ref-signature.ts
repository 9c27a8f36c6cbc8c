import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What the file system says of a repository's refs. */
export interface RefSignature {
  /** Of `refs` and each directory below it, relative to the repository. */
  directories: string[];
  /** Equal for equal files, directories and moments of their last change. */
  text: string;
  /** Whether the last change lies far enough back for the next one to show. */
  isSettled: boolean;
}

/** A kernel's clock moves in steps of up to ten milliseconds; some file systems keep no more than every other second. */
const FINE_STEP_MS = 50;
const COARSE_STEP_MS = 2_100;

/**
 * Every move of a ref changes what is read here, whoever makes it: git writes a ref as a new file and renames it, which
 * changes its directory (gitrepository-layout(5)). Two moves within one step of the file system's clock may look alike,
 * so that a signature says nothing until that step is over: {@link RefSignature.isSettled}.
 */
export async function takeSignature(repositoryPath: string): Promise<RefSignature> {
  const entries = await readdir(join(repositoryPath, 'refs'), { recursive: true, withFileTypes: true });
  const nested = entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  const directories = ['refs', ...nested.map((path) => path.slice(repositoryPath.length + 1))].sort();
  return measure(repositoryPath, directories);
}

/** Whether nothing has changed since `signature` was taken. */
export async function isCurrent(repositoryPath: string, signature: RefSignature): Promise<boolean> {
  if (!signature.isSettled) return false;
  return (await measure(repositoryPath, signature.directories)).text === signature.text;
}

async function measure(repositoryPath: string, directories: string[]): Promise<RefSignature> {
  const nowMs = Date.now();
  const found = await Promise.all(
    ['HEAD', 'packed-refs', ...directories].map((name) => factsOf(join(repositoryPath, name))),
  );
  const lastNs = found.reduce((last, facts) => (facts && facts.changedNs > last ? facts.changedNs : last), 0n);
  // Parts of a millisecond are kept by file systems that keep fine times, and there the last change has some.
  const stepMs = lastNs % 1_000_000n === 0n ? COARSE_STEP_MS : FINE_STEP_MS;
  return {
    directories,
    text: found.map((facts) => facts?.text ?? '-').join(' '),
    isSettled: nowMs - Number(lastNs / 1_000_000n) > stepMs,
  };
}

async function factsOf(path: string): Promise<{ text: string; changedNs: bigint } | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (!found) return null;
  const { ino, size, mtimeNs, ctimeNs } = found;
  const changedNs = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return { text: `${ino}:${size}:${mtimeNs}:${ctimeNs}`, changedNs };
}
