import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { checkTreePath } from '@granary/git-process';
import { DomainError, type Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, OBJECT_STORE } from '../database/tokens';
import type { UserActor } from '../identity/actor';
import { LfsObjectsService } from '../lfs';
import type { Repository } from '../repositories';
import type { ContentSource } from './change';
import { StagedRoom } from './staged-room';
import { fromRow, stagedKey, type StagedRow, type StagedUpload } from './staged-upload';

const HOUR_MS = 3_600_000;
/** A file that is still arriving may take long. */
const ARRIVAL_MS = 24 * HOUR_MS;
const COLUMNS = 'id, path, size_bytes, sha256, crc32, is_published';

export interface Arriving {
  path: string;
  stream: Readable;
  /** As announced; null where the client cannot say. */
  sizeBytes: number | null;
  /** Whether it will be an LFS object; left out where its sender does not know. */
  lfs?: boolean;
  signal?: AbortSignal;
}

/** Files that browsers send before a commit is made of them: hashed while they arrive, kept for an hour, then swept. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly database: DataSource,
    private readonly room: StagedRoom,
    private readonly objects: LfsObjectsService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes a file in; one that waits under the same path goes. Nothing of it is in the repository yet.
   * @throws DomainError `invalid` (the path), `quota_exceeded`, `storage_full`.
   */
  async stage(actor: UserActor, repository: Repository, file: Arriving): Promise<StagedUpload> {
    checkTreePath(file.path);
    const id = randomUUID();
    const { path, sizeBytes, lfs } = file;
    const stream = await this.room.open({ id, actor, repository, path, sizeBytes, lfs }, file.stream);
    try {
      return await this.receive(actor, repository, { id, file: { ...file, stream } });
    } catch (error) {
      await this.remove([id]).catch(() => undefined);
      throw error;
    }
  }

  private async receive(
    actor: UserActor,
    repository: Repository,
    { id, file }: { id: string; file: Arriving },
  ): Promise<StagedUpload> {
    const size = file.sizeBytes === null ? {} : { sizeBytes: file.sizeBytes };
    const options = { ...size, signal: file.signal };
    const { sha256, sizeBytes, crc32 } = await this.store.putMeasured(stagedKey(id), file.stream, options);
    await this.database.query(
      'UPDATE staged_uploads SET size_bytes = $2, sha256 = $3, crc32 = $4, touched_at = $5 WHERE id = $1',
      [id, sizeBytes, sha256, crc32, this.clock.now()],
    );
    await this.room.settle(id, sizeBytes);
    const older = await this.database.query<{ id: string }[]>(
      `SELECT id FROM staged_uploads
        WHERE repository_id = $1 AND user_id = $2 AND path = $3 AND id <> $4 AND sha256 IS NOT NULL`,
      [repository.id, actor.userId, file.path, id],
    );
    await this.remove(older.map((row) => row.id));
    return { id, path: file.path, sizeBytes, sha256, crc32, isPublished: false };
  }

  /** What waits for a commit, in the order of paths. */
  async list(userId: number, repositoryId: number): Promise<StagedUpload[]> {
    const rows = await this.database.query<StagedRow[]>(
      `SELECT ${COLUMNS} FROM staged_uploads
        WHERE repository_id = $1 AND user_id = $2 AND sha256 IS NOT NULL AND touched_at > $3 ORDER BY path`,
      [repositoryId, userId, this.ago(HOUR_MS)],
    );
    return rows.map(fromRow);
  }

  /** Of `ids`, in their order. @throws DomainError `not_found` when one is not the user's, not this repository's, or swept. */
  async require(userId: number, repositoryId: number, ids: readonly string[]): Promise<StagedUpload[]> {
    const waiting = new Map((await this.list(userId, repositoryId)).map((upload) => [upload.id, upload]));
    return ids.map((id) => {
      const upload = waiting.get(id);
      if (upload) return upload;
      throw new DomainError('not_found', 'An uploaded file is not here any more.', {
        hint: 'Uploaded files wait for an hour. Choose the file again.',
      });
    });
  }

  /** Takes files back. Those of others stay, whatever is asked. */
  async discard(userId: number, repositoryId: number, ids: readonly string[]): Promise<void> {
    const own = await this.database.query<{ id: string }[]>(
      'SELECT id FROM staged_uploads WHERE repository_id = $1 AND user_id = $2 AND id::text = ANY($3)',
      [repositoryId, userId, ids],
    );
    await this.remove(own.map(({ id }) => id));
  }

  /** Makes the LFS object of a file and links it to the repository. @throws DomainError `quota_exceeded`; then it waits on. */
  async makeLfsObject(repository: Repository, upload: StagedUpload): Promise<void> {
    const { id, sha256: oid, sizeBytes, crc32 } = upload;
    if (!upload.isPublished) {
      await this.objects.publish(stagedKey(id), { oid, sizeBytes, crc32 });
      await this.database.query('UPDATE staged_uploads SET is_published = true WHERE id = $1', [id]);
    }
    await this.objects.link(repository, [oid]);
  }

  contentOf(upload: StagedUpload, signal?: AbortSignal): ContentSource {
    const { id, sizeBytes } = upload;
    const open = async () => this.store.read(await this.keyOf(id), { signal });
    return { sizeBytes, open };
  }

  /** Where a file's bytes lie now: an object that is stored already keeps its own place. */
  private async keyOf(id: string): Promise<string> {
    const [row] = await this.database.query<{ is_published: boolean; storage_key: string | null }[]>(
      `SELECT u.is_published, o.storage_key FROM staged_uploads u
         LEFT JOIN lfs_objects o ON o.oid = u.sha256 AND o.damaged_at IS NULL WHERE u.id = $1`,
      [id],
    );
    if (row && !row.is_published) return stagedKey(id);
    if (row?.storage_key) return row.storage_key;
    throw new DomainError('not_found', 'An uploaded file is not here any more.', { hint: 'Choose the file again.' });
  }

  /** Files that no commit was made of in an hour, and what killed processes left. */
  async sweep(): Promise<void> {
    const rows = await this.database.query<{ id: string }[]>(
      'SELECT id FROM staged_uploads WHERE touched_at < $1 AND (sha256 IS NOT NULL OR touched_at < $2) LIMIT 10000',
      [this.ago(HOUR_MS), this.ago(ARRIVAL_MS)],
    );
    await this.remove(rows.map(({ id }) => id));
  }

  /** The bytes first: a crash between leaves a row to try again. */
  private async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    for (const id of ids) await this.store.delete(stagedKey(id));
    await this.database.query('DELETE FROM staged_uploads WHERE id = ANY($1::uuid[])', [ids]);
  }

  private ago(ms: number): Date {
    return new Date(this.clock.now().getTime() - ms);
  }
}
