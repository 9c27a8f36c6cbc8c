import type { LargeFiles } from '@granary/api-contract';
import { compilePathGlob } from '@granary/kernel';
import { attributePattern, LFS_ATTRIBUTES } from './gitattributes';
import { MUST_STAY_PLAIN, mustStayPlain } from './must-stay-plain';

/** A plain file of a tree that is large. */
export interface LargeFile {
  path: string;
  sizeBytes: number;
}

export interface LfsAdvice {
  gitattributes: string;
  largeFiles: LargeFiles[];
  inexpressible: string[];
  commands: string[];
  rewriteCommand: string | null;
}

const MAX_KINDS = 10;
/** What stands between the last dot and the end of a name, when it looks like the name of a kind of file. */
const EXTENSION = /[^/]\.([A-Za-z0-9_+-]{1,16})$/;
/** Names that mean in a shell, in .gitattributes and in a list with commas what they say. */
const PLAIN = /^[A-Za-z0-9_./+@-]+$/;
const TRACKABLE = /^[A-Za-z0-9_./+@*][A-Za-z0-9_./+@*-]*$/;

/**
 * What to add to .gitattributes so that git-lfs does by itself what the rules ask for, and what would take the large
 * files of the tree along.
 *
 * @param found.tracked patterns that the root's .gitattributes keeps in LFS already.
 */
export function adviseLfs(
  rulePatterns: readonly string[],
  found: { files: Iterable<LargeFile>; tracked: ReadonlySet<string> },
): LfsAdvice {
  const kinds = kindsOf(found);
  const asked = rulePatterns.map((pattern) => ({ pattern, attribute: attributePattern(pattern) }));
  const wanted = [
    ...asked.flatMap(({ attribute }) => attribute ?? []),
    ...kinds.filter(({ tracked }) => !tracked).map(({ pattern }) => pattern),
  ];
  const missing = [...new Set(wanted)].filter((pattern) => !found.tracked.has(pattern));
  const lines = [...missing.map((pattern) => `${pattern} ${LFS_ATTRIBUTES}`), ...exceptions(asked, missing)];
  return {
    gitattributes: lines.map((line) => `${line}\n`).join(''),
    largeFiles: kinds,
    inexpressible: asked.filter(({ attribute }) => attribute === null).map(({ pattern }) => pattern),
    commands: lines.length + kinds.length === 0 ? [] : commandsFor(missing, lines),
    rewriteCommand: kinds.length === 0 ? null : rewrite(kinds),
  };
}

/** By extension, and by path where a name has none; those with the most bytes. */
function kindsOf({ files, tracked }: { files: Iterable<LargeFile>; tracked: ReadonlySet<string> }): LargeFiles[] {
  const kinds = new Map<string, LargeFiles & { largest: number }>();
  for (const { path, sizeBytes } of files) {
    const pattern = patternFor(path);
    if (pattern === null) continue;
    const empty = { pattern, file_count: 0, size_bytes: 0, example: path, largest: 0, tracked: tracked.has(pattern) };
    const kind = kinds.get(pattern) ?? empty;
    kinds.set(pattern, kind);
    kind.file_count++;
    kind.size_bytes += sizeBytes;
    if (sizeBytes > kind.largest) Object.assign(kind, { example: path, largest: sizeBytes });
  }
  const most = [...kinds.values()].sort((one, other) => other.size_bytes - one.size_bytes).slice(0, MAX_KINDS);
  return most.map(({ largest: _, ...kind }) => kind);
}

function patternFor(path: string): string | null {
  if (mustStayPlain(path)) return null;
  const [, extension] = EXTENSION.exec(path) ?? [];
  if (extension !== undefined) return `*.${extension}`;
  return PLAIN.test(path) ? `/${path}` : null;
}

interface AskedPattern {
  pattern: string;
  attribute: string | null;
}

/** What git and git-lfs read themselves is taken out of a pattern for everything. The last line that matches counts. */
function exceptions(asked: readonly AskedPattern[], missing: readonly string[]): string[] {
  const added = asked.filter(({ attribute }) => attribute !== null && missing.includes(attribute));
  const isTouched = (name: string) => added.some(({ pattern }) => compilePathGlob(pattern)(name));
  return MUST_STAY_PLAIN.filter(isTouched).map((name) => `${name} !filter !diff !merge !text`);
}

function commandsFor(missing: readonly string[], lines: readonly string[]): string[] {
  return [
    ...(lines.length === 0 ? [] : [addLines(missing, lines), 'git add .gitattributes']),
    'git add --renormalize .',
    'git commit -m "Keep large files in Git LFS"',
  ];
}

/** `git lfs track` writes the lines itself, as long as they are all of its own kind and it reads them as they are. */
function addLines(missing: readonly string[], lines: readonly string[]): string {
  const isForTrack = lines.length === missing.length && missing.every((pattern) => TRACKABLE.test(pattern));
  if (isForTrack) return `git lfs track ${missing.map(quoted).join(' ')}`;
  return `printf '%s\\n' ${lines.map(quoted).join(' ')} >> .gitattributes`;
}

function rewrite(kinds: readonly LargeFiles[]): string {
  const include = kinds.map(({ pattern }) => pattern.replace(/^\//, '')).join(',');
  return `git lfs migrate import --everything --include=${quoted(include)}`;
}

/** One word for a POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
