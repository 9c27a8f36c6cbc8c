import { withObjects, type GitRepository } from '@granary/git-process';
import { AttributeValues } from '../lfs';
import type { NamedEncoding } from './text-encoding';

/** A file of a commit or a tree, and the beginning of what it holds. */
export interface EncodedFile {
  /** The commit or the tree. */
  sha: string;
  path: string;
  start: Uint8Array;
}

const ATTRIBUTES = ['encoding', 'working-tree-encoding'];
const QUESTION = { attributes: ATTRIBUTES, mention: 'encoding', maxGitAnswers: 8 };
/** Of the attributes, what says that there is no value. */
const NO_NAMES = ['unspecified', 'set', 'unset'];

/**
 * What `.gitattributes` says those of `files` are written in whose bytes could be read in more ways than one.
 *
 * @see gitattributes(5), "encoding" and "working-tree-encoding".
 */
export async function readNamedEncodings<F extends EncodedFile>(
  repository: GitRepository,
  files: readonly F[],
): Promise<Map<F, NamedEncoding>> {
  const places = files
    .filter(({ start }) => isAmbiguous(start))
    .map((file) => ({ file, treeish: file.sha, path: file.path }));
  if (places.length === 0) return new Map();
  const values = await withObjects(repository, (objects) =>
    new AttributeValues({ ...repository, objects }, QUESTION).of(places),
  );
  const named = [...values].map(([{ file }, found]) => [file, encodingNamed(found ?? [])] as const);
  return new Map(named.filter((entry): entry is readonly [F, NamedEncoding] => entry[1] !== null));
}

/** The first that a decoder knows. */
function encodingNamed([ofBlob = '', ofWorkTree = '']: string[]): NamedEncoding | null {
  const blob = labelOf(ofBlob);
  if (blob !== null) return { encoding: blob, isOfBlob: true };
  const workTree = labelOf(ofWorkTree);
  return workTree === null ? null : { encoding: workTree, isOfBlob: false };
}

function labelOf(name: string): string | null {
  if (NO_NAMES.includes(name)) return null;
  // Git's own names for UTF-16 with and without a byte order mark.
  const label = name.replace(/^utf-16(le|be)-bom$/i, 'utf-16$1');
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** Plain ASCII is the same in all but those that shift by an escape, or have a NUL beside each letter. */
function isAmbiguous(start: Uint8Array): boolean {
  return start.some((byte) => byte >= 0x80 || byte === 0x1b || byte === 0);
}
