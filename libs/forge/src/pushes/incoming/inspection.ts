import type { PushRuleValues } from '@granary/api-contract';
import { compileGlob, compilePathGlob, formatBytes, type Glob } from '@granary/kernel';
import { parsePointer, POINTER_LIMIT_BYTES, type CommitObject, type LfsPointer } from '@granary/wire';
import { mustStayPlain } from '../../lfs';
import { Findings } from './findings';
import type { ObjectReader } from './object-reader';
import { findSecrets } from './secrets';
import { Slots } from './slots';
import type { ChangedPath } from './tree-changes';

/** A file that somebody holds the LFS lock of. */
export interface LockedPath {
  path: string;
  owner: string;
}

const BLOBS_AT_ONCE = 16;
/** Longer files are no place where people write tokens, and reading them would take the time of the push. */
const MAX_SCANNED_FILE_BYTES = 1024 ** 2;
const MAX_SCANNED_BYTES = 256 * 1024 ** 2;

const REGULAR = 0o100000;
const FORMAT_MASK = 0o170000;

/** Where a push names an LFS object: a pointer at a path of a tree. */
export interface PointerUse {
  tree: string;
  path: string;
}

/** An LFS object that a push names. */
export interface NamedObject {
  oid: string;
  sizeBytes: number;
  /** The first of them. */
  uses: PointerUse[];
  /** Whether there are more. */
  hasMoreUses: boolean;
}

const MAX_USES = 100;

/** Marks in the index. */
const SCANNED = 1;
export const JUDGED_SIZE = 2;
/** 4 is the walk's own. */
const NO_POINTER = 8;

/** The rules that look at content: takes in what a push changes and notes what breaks a rule. */
export class Inspection {
  readonly tooLarge = new Findings();
  readonly forbidden = new Findings();
  readonly notLfs = new Findings();
  readonly locked = new Findings();
  readonly emails = new Findings();
  readonly secrets = new Findings();
  /** What LFS pointers name, by its oid. One of size 0 names nothing: it stands for an empty file. */
  readonly pointers = new Map<string, NamedObject>();
  /** Whether the LFS objects that are named from now on have to be here. */
  isDemanding = true;
  isPartlyScanned = false;
  /** Whether a changed path has a content that the repository had before, be it that no ref reaches it. */
  reusesContent = false;

  private readonly isForbidden: Glob;
  private readonly mustBeLfs: Glob;
  private readonly isKnownEmail: Glob;
  private readonly slots = new Slots(BLOBS_AT_ONCE);
  private scannedBytes = 0;

  constructor(
    readonly rules: PushRuleValues,
    private readonly reader: ObjectReader,
    private readonly locks: ReadonlyMap<string, LockedPath>,
  ) {
    this.isForbidden = anyOf(rules.forbidden_paths.map(compilePathGlob));
    this.mustBeLfs = anyOf(rules.lfs_required_patterns.map(compilePathGlob));
    this.isKnownEmail = anyOf(rules.commit_email_patterns.map((pattern) => compileGlob(pattern.toLowerCase())));
  }

  /** Whether somebody asks for deleted paths. */
  get needsDeletions(): boolean {
    return this.locks.size > 0;
  }

  commit(oid: string, { author, committer }: CommitObject): void {
    if (this.rules.commit_email_patterns.length === 0) return;
    const strangers = [author.email, committer.email].filter((email) => !this.isKnownEmail(email.toLowerCase()));
    for (const email of new Set(strangers)) this.emails.add(`${oid.slice(0, 12)} ${email}`);
  }

  lockedPath(path: string): void {
    const lock = this.locks.get(path);
    if (lock) this.locked.add(`${path} (locked by ${lock.owner})`);
  }

  /** @param root the tree that the path begins in. */
  async change({ path, mode, oid }: ChangedPath, root: string): Promise<void> {
    this.lockedPath(path);
    if (oid === null) return;
    if (this.isForbidden(path)) this.forbidden.add(path);
    if ((mode & FORMAT_MASK) === REGULAR) await this.file({ tree: root, path }, oid);
  }

  /** Waits for the files that are still being read. */
  settle(): Promise<void> {
    return this.slots.settle();
  }

  private async file(use: PointerUse, oid: string): Promise<void> {
    const { path } = use;
    const place = this.reader.index.find(oid);
    if (place < 0) this.reusesContent = true;
    const byPattern = !mustStayPlain(path) && this.mustBeLfs(path);
    // What the repository has already is judged by its new path alone.
    if (place < 0 && !byPattern) return;
    const sizeBytes = place < 0 ? await this.sizeOf(oid) : this.reader.index.sizeBytes(place);
    if (place >= 0) this.judgeSize(path, place, sizeBytes);
    const isBig = this.rules.lfs_required_size_bytes !== null && sizeBytes > this.rules.lfs_required_size_bytes;
    const isFirst = place >= 0 && !this.reader.index.mark(place, SCANNED);
    const mayBePointer = sizeBytes < POINTER_LIMIT_BYTES;
    if ((byPattern || isBig) && !mayBePointer) this.notLfs.add(`${path} (${formatBytes(sizeBytes)})`);
    // A pointer may be text at one path and stand for an object at another: it is read at each.
    const isOpen = byPattern || (place >= 0 && !this.reader.index.isMarked(place, NO_POINTER));
    if (sizeBytes === 0 || !(mayBePointer ? isOpen : isFirst && this.isWorthReading(sizeBytes))) return;
    await this.slots.start(async () => {
      const content = await this.reader.blob(oid, sizeBytes);
      const pointer = parsePointer(content);
      if (pointer.kind === 'pointer') this.names(pointer, use);
      else if (place >= 0) this.reader.index.mark(place, NO_POINTER);
      if (pointer.kind !== 'pointer' && byPattern && mayBePointer)
        this.notLfs.add(`${path} (${formatBytes(sizeBytes)})`);
      if (isFirst && pointer.kind !== 'pointer') this.scan(path, content);
    });
  }

  private names({ oid, sizeBytes }: LfsPointer, use: PointerUse): void {
    if (sizeBytes === 0 || !this.isDemanding) return;
    const known = this.pointers.get(oid);
    if (!known) this.pointers.set(oid, { oid, sizeBytes, uses: [use], hasMoreUses: false });
    else if (known.uses.length < MAX_USES) known.uses.push(use);
    else known.hasMoreUses = true;
  }

  private judgeSize(path: string, place: number, sizeBytes: number): void {
    this.reader.index.mark(place, JUDGED_SIZE);
    if (sizeBytes > this.rules.max_file_size_bytes) this.tooLarge.add(`${path} (${formatBytes(sizeBytes)})`);
  }

  private isWorthReading(sizeBytes: number): boolean {
    if (this.rules.secret_scanning === 'off' || sizeBytes > MAX_SCANNED_FILE_BYTES) return false;
    if (this.scannedBytes + sizeBytes > MAX_SCANNED_BYTES) {
      this.isPartlyScanned = true;
      return false;
    }
    this.scannedBytes += sizeBytes;
    return true;
  }

  private scan(path: string, content: Buffer): void {
    if (this.rules.secret_scanning === 'off') return;
    for (const { kind, line } of findSecrets(content)) this.secrets.add(`${path}, line ${line}: ${kind}`);
  }

  private async sizeOf(oid: string): Promise<number> {
    return (await this.reader.info(oid))?.sizeBytes ?? 0;
  }
}

function anyOf(globs: readonly Glob[]): Glob {
  return (text) => globs.some((glob) => glob(text));
}
