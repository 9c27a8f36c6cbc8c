import { Readable } from 'node:stream';
import { CatFilesService, currentOrigin } from '@granary/forge';
import { BlobSpool, type BlobRange, type BlobSource, type Claimant, type SizedBlob } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { claimantOfOrigin } from '../flow/claimant';

/** What one reader may hold in memory while its client does not read. */
const HELD_BYTES = 64 * 1024;
/** Up to here a blob is read whole by the process that all readers of its repository share. */
const SHARED_BYTES = 512 * 1024;

/** The one way in which files of a repository reach clients (docs/limits.md). */
@Injectable()
export class BlobBodies {
  constructor(
    private readonly spool: BlobSpool,
    private readonly catFiles: CatFilesService,
  ) {}

  /** For one request: whoever asks is known from its origin. */
  of(repositoryPath: string, signal?: AbortSignal): BlobSource {
    return { open: (blob, range) => this.open({ repositoryPath, ...blob }, { range, signal }) };
  }

  private async open(
    blob: SizedBlob & { repositoryPath: string },
    { range, signal }: { range?: BlobRange; signal?: AbortSignal },
  ): Promise<Readable> {
    const wantedBytes = range ? range.end + 1 - range.start : blob.sizeBytes;
    if (wantedBytes > HELD_BYTES || blob.sizeBytes > SHARED_BYTES) {
      const claimant: Claimant = { ...claimantOfOrigin(currentOrigin()), isSmall: wantedBytes <= HELD_BYTES };
      return this.spool.read(blob, { claimant, range, signal });
    }
    const whole = await this.catFiles.open(blob.repositoryPath).contents(blob.oid, { maxBytes: SHARED_BYTES });
    if (!whole) throw new DomainError('not_found', 'File not found');
    // A copy: the part would keep the whole.
    const bytes = range ? Buffer.from(whole.data.subarray(range.start, range.end + 1)) : whole.data;
    return Readable.from(bytes.length > 0 ? [bytes] : [], { objectMode: false });
  }
}
