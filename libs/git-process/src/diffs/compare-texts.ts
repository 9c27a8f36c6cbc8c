import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePatch, PATCH_OPTIONS, type PatchFile } from '@granary/wire';
import { runGit } from '../process/run-git';
import type { GitRepository } from '../repository/git-repository';

const MAX_PATCH_BYTES = 8 * 1024 * 1024;

/** What stands before the hunks in what git says of two files outside of a repository. */
const HEADER = `diff --git a/x b/x\nindex ${'1'.repeat(40)}..${'2'.repeat(40)} 100644\n--- a/x\n+++ b/x\n`;

export type TextDifference = Pick<PatchFile, 'hunks' | 'additions' | 'deletions' | 'truncated'>;

/** The lines in which two texts differ that stand in no repository as they are. @see git-diff(1), "--no-index". */
export async function compareTexts(
  { home, signal }: Pick<GitRepository, 'home' | 'signal'>,
  { before, after }: { before: string; after: string },
): Promise<TextDifference> {
  const directory = await mkdtemp(join(home.directory, 'texts-'));
  try {
    const paths = { before: join(directory, 'before'), after: join(directory, 'after') };
    await writeFile(paths.before, before);
    await writeFile(paths.after, after);
    const args = ['diff', '--no-index', '--text', ...PATCH_OPTIONS, '--', paths.before, paths.after];
    const options = { args, signal, acceptExitCodes: [0, 1], maxOutputBytes: MAX_PATCH_BYTES };
    const output = (await runGit(home, options)).stdout.toString('utf8');
    const start = output.indexOf('\n@@ ');
    const [file] = start < 0 ? [] : parsePatch(HEADER + output.slice(start + 1));
    return file ?? { hunks: [], additions: 0, deletions: 0, truncated: false };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
