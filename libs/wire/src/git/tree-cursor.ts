import { ProtocolError } from '../protocol-error';
import { readMode } from './file-mode';
import { textOfPath } from './path-text';

const SPACE = 0x20;
const SLASH = 0x2f;

/**
 * Walks over the entries of a tree object without making anything of them: for trees of a million entries, and for
 * walking several trees side by side in git's order.
 */
export class TreeCursor {
  /** As {@link canonicalMode} has it: 0o100644, 0o40000 for a tree. */
  mode = 0;
  private nameStart = 0;
  private nameEnd = 0;
  private next = 0;
  private isOver = false;

  /**
   * Stands on the first entry.
   *
   * @param tree the content of a tree object.
   * @param oidBytes the length of one id: 20 for SHA-1, 32 for SHA-256.
   * @throws ProtocolError here and from {@link advance} where the tree breaks off.
   */
  constructor(
    private readonly tree: Buffer,
    private readonly oidBytes: number,
  ) {
    this.advance();
  }

  /** Past the last entry. */
  get atEnd(): boolean {
    return this.isOver;
  }

  get isTree(): boolean {
    return this.mode === 0o40000;
  }

  /** The id in hex. */
  get oid(): string {
    return this.tree.toString('hex', this.nameEnd + 1, this.next);
  }

  /** The text that stands for the name, and for it alone: see {@link textOfPath}. */
  get name(): string {
    return textOfPath(this.tree.subarray(this.nameStart, this.nameEnd));
  }

  advance(): void {
    const start = this.next;
    if (start >= this.tree.length) {
      this.isOver = true;
      return;
    }
    const space = this.tree.indexOf(SPACE, start);
    const nul = this.tree.indexOf(0, start);
    this.next = nul + 1 + this.oidBytes;
    if (space < 0 || nul < space || this.next > this.tree.length) {
      throw new ProtocolError(`A tree breaks off at byte ${start}`);
    }
    this.mode = readMode(this.tree, start, space);
    this.nameStart = space + 1;
    this.nameEnd = nul;
  }

  /**
   * Git's order of the entries of a tree: bytes of the name, a tree's as if a slash stood behind it. 0 only for
   * entries of one name that are both trees or both none.
   */
  compare(other: TreeCursor): number {
    const length = Math.min(this.nameEnd - this.nameStart, other.nameEnd - other.nameStart);
    const common = this.tree.compare(
      other.tree,
      other.nameStart,
      other.nameStart + length,
      this.nameStart,
      this.nameStart + length,
    );
    return common || this.behind(length) - other.behind(length);
  }

  /** Whether both have the same mode and id, whatever their names. */
  hasSameContent(other: TreeCursor): boolean {
    return (
      this.mode === other.mode &&
      this.tree.compare(other.tree, other.nameEnd + 1, other.next, this.nameEnd + 1, this.next) === 0
    );
  }

  private behind(length: number): number {
    const at = this.nameStart + length;
    if (at < this.nameEnd) return this.tree.readUInt8(at);
    return this.isTree ? SLASH : 0;
  }
}
