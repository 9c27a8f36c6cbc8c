import { DomainError, MIB } from '@granary/kernel';
import { Injectable } from '@nestjs/common';

/** One basic upload, as its URL names it. */
export interface BasicUpload {
  repositoryId: number;
  oid: string;
  sizeBytes: number;
}

interface Breaks {
  count: number;
  /** The most that came of any of them. */
  mostBytes: number;
}

/** git-lfs tries an upload eight times (`lfs.transfer.maxretries`), each from the first byte. */
const TELL_AFTER = 3;
const MAX_KNOWN = 1_000;

/**
 * Uploads that break off again and again, as behind a proxy that cuts connections. Whoever is cut reads nothing of the
 * hub's: only at the beginning of another try can it be told what would help, which git-lfs then shows and ends with.
 */
@Injectable()
export class BrokenUploads {
  total = 0;
  /** In the order of their last break. */
  private readonly known = new Map<string, Breaks>();

  note(upload: BasicUpload, receivedBytes: number): void {
    this.total++;
    const key = keyOf(upload);
    const before = this.known.get(key) ?? { count: 0, mostBytes: 0 };
    this.known.delete(key);
    this.known.set(key, { count: before.count + 1, mostBytes: Math.max(before.mostBytes, receivedBytes) });
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
  }

  /**
   * Once for each three breaks: the next try may go through.
   * @throws DomainError `invalid`, which git-lfs does not take for a reason to try again.
   */
  tellOnce(upload: BasicUpload): void {
    const breaks = this.known.get(keyOf(upload));
    if (!breaks || breaks.count < TELL_AFTER) return;
    this.known.delete(keyOf(upload));
    const most = `${(breaks.mostBytes / MIB).toFixed(1)} of ${(upload.sizeBytes / MIB).toFixed(1)} MiB`;
    throw new DomainError(
      'invalid',
      `The upload of ${upload.oid} broke off ${breaks.count} times, after ${most} at most.`,
      {
        hint:
          'Something between you and the hub cuts long uploads. To go on where one broke off instead of beginning again: ' +
          'git config lfs.tustransfers true. Then push again.',
      },
    );
  }

  done(upload: BasicUpload): void {
    this.known.delete(keyOf(upload));
  }
}

const keyOf = ({ repositoryId, oid }: BasicUpload): string => `${repositoryId}/${oid}`;
