import { isAtLeast, type GitVersion } from './git-version';

/** What becomes of a push that brings an object with such a fault. `warn` prints a line and takes it. */
type Severity = 'error' | 'warn' | 'ignore';

/**
 * What histories of real projects hold because a tool of their time wrote it so. Nobody can mend it without rewriting
 * every commit that came after, and it hurts no client. Nothing is printed: such a history has thousands of them.
 */
const OLD_HISTORIES = [
  ...['badDate', 'badDateOverflow', 'zeroPaddedDate', 'missingSpaceBeforeDate', 'badTimezone'],
  ...['badName', 'missingNameBeforeEmail', 'badEmail', 'missingEmail', 'missingSpaceBeforeEmail', 'multipleAuthors'],
  ...['missingTaggerEntry', 'badTagName', 'extraHeaderEntry'],
  'nulInCommit',
  ...['zeroPaddedFilemode', 'badFilemode'],
  // git has not followed these two out of a work tree since 2.32.
  ...['gitignoreSymlink', 'mailmapSymlink'],
];

/** What makes a client write outside its work tree, run something, or show other files than it has. */
const ATTACKS = [
  ...['hasDot', 'hasDotdot', 'hasDotgit', 'emptyName', 'fullPathname'],
  ...['duplicateEntries', 'treeNotSorted', 'nullSha1'],
  ...['gitmodulesBlob', 'gitmodulesLarge', 'gitmodulesMissing', 'gitmodulesSymlink'],
  ...['gitmodulesName', 'gitmodulesPath', 'gitmodulesUpdate', 'gitmodulesUrl'],
  ...['gitattributesBlob', 'gitattributesLarge', 'gitattributesLineLength', 'gitattributesMissing'],
  'gitattributesSymlink',
];

/** Objects that are none: what they name, or what they are, cannot be read. */
const BROKEN = [
  ...['badTree', 'badTreeSha1', 'badParentSha1', 'missingTree', 'missingAuthor', 'missingCommitter'],
  ...['badObjectSha1', 'badType', 'missingObject', 'missingType', 'missingTypeEntry', 'missingTag', 'missingTagEntry'],
];

/** Faults of which older versions do not know: they warn about the setting at every push, or refuse to start. */
const NEWER: readonly (readonly [id: string, since: GitVersion, severity: Severity])[] = [
  ['largePathname', [2, 43, 0], 'error'],
];

/**
 * What each of git's messages about an object means for a push (docs/history-checks.md), all of them named: whatever
 * a later version of git makes of one, and whether or not it is strict, a push gets the same answer.
 *
 * @see git-fsck(1), "FSCK MESSAGES".
 */
export function fsckSeverities(version?: GitVersion): ReadonlyMap<string, Severity> {
  const newer = NEWER.filter(([, since]) => version && isAtLeast(version, since));
  return new Map<string, Severity>([
    ...OLD_HISTORIES.map((id) => [id, 'ignore'] as const),
    // A mistake of today, which git itself cannot read either.
    ['gitmodulesParse', 'warn'],
    ...[...ATTACKS, ...BROKEN].map((id) => [id, 'error'] as const),
    ...newer.map(([id, , severity]) => [id, severity] as const),
  ]);
}

/** For what the hub itself writes: the option of git-index-pack(1). */
export function strictOption(): string {
  return `--strict=${[...fsckSeverities()].map(([id, severity]) => `${id}=${severity}`).join(',')}`;
}
