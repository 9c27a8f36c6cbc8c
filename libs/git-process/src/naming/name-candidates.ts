import { checkHubRef, checkRefName } from '@granary/wire';

/** One reading of a text: a ref that it may name, and what is left of the text behind the name. */
export interface NameCandidate {
  /** `refs/heads/main`. */
  fullName: string;
  /** `commit`: a ref that is neither a branch nor a tag, such as notes; it is shown as the commit it holds. */
  kind: 'branch' | 'tag' | 'commit';
  /** The short name of a branch or a tag, the full one of others. */
  ref: string;
  /** As it is written, without the slash between: `''` where the name is all there is. */
  rest: string;
}

/** Names that are nested deeper are not looked for: each level is one more argument for git. */
const MAX_REF_SEGMENTS = 32;
const FOLDERS = { heads: 'branch', tags: 'tag' } as const;

/**
 * The refs that `text` may name, in the order in which they are tried (docs/ref-names.md):
 *
 * - `refs/…` names that ref and nothing else;
 * - `heads/…` and `tags/…` a branch and a tag first, then what they would name without this rule;
 * - anything else a branch, then a tag. Of several that fit, the longest.
 *
 * @param options.isWhole the text is a name and nothing follows it.
 */
export function nameCandidates(text: string, { isWhole }: { isWhole: boolean }): NameCandidate[] {
  const segments = text.split('/');
  const [first = '', second = ''] = segments;
  if (first === 'refs' && segments.length > 2) {
    const kind = folderKind(second);
    return kind ? ofKind(kind, segments.slice(2), isWhole) : others(segments, isWhole);
  }
  const unqualified = [...ofKind('branch', segments, isWhole), ...ofKind('tag', segments, isWhole)];
  const kind = segments.length > 1 ? folderKind(first) : null;
  return kind ? [...ofKind(kind, segments.slice(1), isWhole), ...unqualified] : unqualified;
}

function folderKind(folder: string): 'branch' | 'tag' | null {
  return folder === 'heads' || folder === 'tags' ? FOLDERS[folder] : null;
}

function ofKind(kind: 'branch' | 'tag', segments: readonly string[], isWhole: boolean): NameCandidate[] {
  const folder = kind === 'branch' ? 'refs/heads' : 'refs/tags';
  return beginnings(segments, isWhole).map(({ name, rest }) => ({
    fullName: `${folder}/${name}`,
    kind,
    ref: name,
    rest,
  }));
}

function others(segments: readonly string[], isWhole: boolean): NameCandidate[] {
  return beginnings(segments, isWhole)
    .filter(({ name }) => name.split('/').length > 2 && checkHubRef(name) === null)
    .map(({ name, rest }) => ({ fullName: name, kind: 'commit', ref: name, rest }));
}

/** The longest first. */
function beginnings(segments: readonly string[], isWhole: boolean): { name: string; rest: string }[] {
  const most = Math.min(segments.length, MAX_REF_SEGMENTS);
  const counts = Array.from({ length: most }, (_, index) => most - index);
  return (isWhole ? counts.filter((count) => count === segments.length) : counts)
    .map((count) => ({ name: segments.slice(0, count).join('/'), rest: segments.slice(count).join('/') }))
    .filter(({ name }) => checkRefName(`refs/heads/${name}`) === null);
}
