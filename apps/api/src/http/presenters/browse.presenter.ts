import type { RefEntry } from '@granary/git-process';
import type {
  CommitSummary,
  DiffFile as DiffFileView,
  JudgedCommit,
  LfsPointerInfo,
  PathLock,
  RefInfo,
  SimpleUser,
  TreeEntry as TreeEntryView,
} from '@granary/api-contract';
import type { DiffFile, LfsLockFacts, PointerFacts, TreeEntry, User, Verification } from '@granary/forge';
import { shortened } from '@granary/kernel';
import type { LogPerson, LogRecord } from '@granary/wire';
import { stateOf, type LfsFacts } from '../lfs-states';
import { presentSimpleUser } from './user.presenter';
import { presentVerdict } from './verification.presenter';

/** What only the product knows of git's facts: who has an address, which LFS objects are here, and where the others are. */
export interface BrowseFacts {
  usersByEmail: ReadonlyMap<string, User>;
  lfs: LfsFacts;
  locks: ReadonlyMap<string, LfsLockFacts>;
  baseUrl: string;
}

/** git has no limit for them: a page has. */
const MAX_NAME_LENGTH = 255;

function presentPerson(person: LogPerson, facts: BrowseFacts): CommitSummary['author'] {
  const user = facts.usersByEmail.get(person.email.toLowerCase());
  const view: SimpleUser | null = user ? presentSimpleUser(user, facts.baseUrl) : null;
  const { date } = person;
  const name = shortened(person.name, MAX_NAME_LENGTH);
  return { name, email: shortened(person.email, MAX_NAME_LENGTH), date, user: view };
}

export function presentCommit(commit: LogRecord, facts: BrowseFacts): CommitSummary {
  const { sha, subject, body, parents } = commit;
  const author = presentPerson(commit.author, facts);
  return { sha, subject, body, parents, author, committer: presentPerson(commit.committer, facts) };
}

export function presentJudgedCommit(
  commit: LogRecord,
  facts: BrowseFacts,
  verifications: ReadonlyMap<string, Verification>,
): JudgedCommit {
  const signature = presentVerdict(verifications.get(commit.sha), facts.baseUrl);
  return { ...presentCommit(commit, facts), signature };
}

export function presentPointer(pointer: PointerFacts | null, facts: LfsFacts): LfsPointerInfo | null {
  return pointer && { oid: pointer.oid, size_bytes: pointer.sizeBytes, ...stateOf(pointer, facts) };
}

export function presentPathLock(path: string, { locks }: BrowseFacts): PathLock | null {
  const lock = locks.get(path);
  return lock ? { owner: lock.ownerName, locked_at: lock.lockedAt.toISOString() } : null;
}

export function presentEntry(
  entry: TreeEntry,
  known: { lastCommit: LogRecord | null; submoduleUrl: string | null },
  facts: BrowseFacts,
): TreeEntryView {
  const { lastCommit } = known;
  return {
    name: entry.name,
    path: entry.path,
    type: entry.type,
    mode: entry.mode,
    oid: entry.oid,
    size_bytes: entry.sizeBytes,
    lfs: presentPointer(entry.lfs, facts.lfs),
    lock: presentPathLock(entry.path, facts),
    submodule_url: known.submoduleUrl,
    last_commit: lastCommit && presentCommit(lastCommit, facts),
  };
}

export function presentRef({ name, fullName, kind, sha, type }: RefEntry): RefInfo {
  return { name, full_name: fullName, kind, sha, type };
}

/** @param sides what is known at the commit, and at the one before it. */
export function presentDiffFile(file: DiffFile, sides: { before: LfsFacts; after: LfsFacts }): DiffFileView {
  return {
    status: file.status,
    old_path: file.oldPath,
    new_path: file.newPath,
    old_mode: file.oldMode,
    new_mode: file.newMode,
    binary: file.binary,
    additions: file.additions,
    deletions: file.deletions,
    hunks: file.hunks.map(({ header, lines }) => ({
      header,
      lines: lines.map(({ kind, oldLine, newLine, text }) => ({ kind, old_line: oldLine, new_line: newLine, text })),
    })),
    truncated: file.truncated,
    old_lfs: presentPointer(file.oldLfs, sides.before),
    new_lfs: presentPointer(file.newLfs, sides.after),
  };
}
