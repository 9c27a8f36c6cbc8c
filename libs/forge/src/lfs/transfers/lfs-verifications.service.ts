import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError, Semaphore } from '@granary/kernel';
import { measure, type ObjectStore } from '@granary/object-store';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { OBJECT_STORE } from '../../database/tokens';
import type { Actor } from '../../identity/actor';
import { RepositoryAccessService, type OpenRepository, type Repository } from '../../repositories';
import { LfsObjectsService, type PublishedObject } from '../lfs-objects.service';
import { LfsStaging, type StagedBody } from './lfs-staging';
import { LfsUploadsService, type LfsUpload, type UploadClaim } from '../lfs-uploads.service';
import { newStorageKey } from '../storage-keys';
import { PATIENCE_MS, Verification } from './verification';

/** Smaller bodies are sent again sooner than asked about. */
const LEAST_ARRIVED_BYTES = 16 * 1024 * 1024;
const PARALLEL_LOOKS = 8;
/** Each reads a large body at full speed. */
const PARALLEL_LARGE = 4;
const LARGE_BYTES = 64 * 1024 * 1024;

type Progress = (bytes: number) => void;

/**
 * Makes objects of bodies that clients have sent to the store themselves. What is hashed is a copy that no client can
 * write to, and the copy is what is published (ADR 13). Verifications of the same object in a repository join, and go on
 * when the client has left.
 */
@Injectable()
export class LfsVerificationsService implements OnModuleDestroy {
  private readonly running = new Map<string, Verification>();
  private readonly large = new Semaphore({ permits: PARALLEL_LARGE });
  private readonly end = new AbortController();

  constructor(
    private readonly objects: LfsObjectsService,
    private readonly uploads: LfsUploadsService,
    private readonly staging: LfsStaging,
    private readonly access: RepositoryAccessService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /** The bodies stay where they are: the next hub does it again when it is asked. */
  async onModuleDestroy(): Promise<void> {
    this.end.abort();
    await Promise.allSettled([...this.running.values()].map(({ done }) => done));
  }

  /**
   * A client says that it has sent the object (git-lfs: docs/api/basic-transfers.md, "Verification").
   * @throws DomainError `not_found`, `invalid` and `hash_mismatch` (nothing is kept), `rate_limited` while it goes on,
   *   `unavailable`, `quota_exceeded`.
   */
  async verify(actor: Actor, opened: OpenRepository, claim: UploadClaim): Promise<void> {
    const { repository } = opened;
    if (await this.isLinked(repository, claim)) return;
    this.access.require(actor, opened, 'write');
    await this.complete(repository, claim);
  }

  /** As {@link verify}, for who was allowed already. */
  async complete(repository: Repository, claim: UploadClaim): Promise<void> {
    if (await this.isLinked(repository, claim)) return;
    const verification = await this.startOrJoin(repository, claim);
    await verification.within(PATIENCE_MS);
  }

  private async isLinked(repository: Repository, claim: UploadClaim): Promise<boolean> {
    const linked = (await this.objects.linked(repository.id, [claim.oid])).get(claim.oid);
    if (linked) requireSize(linked.sizeBytes, claim);
    // Of size 0 there is nothing to keep.
    return linked !== undefined || claim.sizeBytes === 0;
  }

  /**
   * Of uploads that an earlier batch has planned, those that have arrived whole: the client was not told in time, or its
   * credential has expired meanwhile, and it must not send hours of bytes again.
   * @throws DomainError `rate_limited` while they are being checked.
   */
  async finishArrived(repository: Repository, oids: readonly string[]): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    const uploads = (await this.uploads.findAll(repository.id, oids)).filter(
      ({ oid, sizeBytes }) => sizeBytes >= LEAST_ARRIVED_BYTES || this.running.has(nameOf(repository, oid)),
    );
    const looks = uploads.values();
    const arrived: Verification[] = [];
    await Promise.all(
      Array.from({ length: Math.min(PARALLEL_LOOKS, uploads.length) }, async () => {
        for (const upload of looks) {
          const verification = await this.ofArrived(repository, upload);
          if (verification) arrived.push(verification);
        }
      }),
    );
    for (const verification of arrived) {
      await verification.within(deadlineMs - performance.now()).catch((error: unknown) => {
        if (error instanceof DomainError && error.code === 'rate_limited') throw error;
        // Whatever else is wrong with it: the batch asks for the body again.
      });
    }
  }

  /**
   * Checks an upload whose bytes are all here, or joins.
   * @throws DomainError `hash_mismatch`, `rate_limited` while it goes on.
   */
  async finish(repository: Repository, upload: LfsUpload): Promise<void> {
    const verification = await this.ofArrived(repository, upload);
    await verification?.within(PATIENCE_MS);
  }

  private async ofArrived(repository: Repository, upload: LfsUpload): Promise<Verification | null> {
    const running = this.running.get(nameOf(repository, upload.oid));
    if (running) return running;
    const body = await this.staging.find(upload);
    return body?.sizeBytes === upload.sizeBytes ? this.start(repository, upload, body) : null;
  }

  /** @throws DomainError `not_found` when nothing has arrived, `invalid` when it is no body of this size. */
  private async startOrJoin(repository: Repository, claim: UploadClaim): Promise<Verification> {
    const running = this.running.get(nameOf(repository, claim.oid));
    if (running) return running;
    const upload = await this.uploads.find(repository.id, claim.oid);
    const body = upload && (await this.staging.find(upload));
    if (!body) {
      throw new DomainError('not_found', `No body of ${claim.oid} has arrived in this repository.`, {
        hint: 'Upload it again: git lfs push --all <remote>',
      });
    }
    requireSize(upload.sizeBytes, claim);
    if (body.inPieces && body.sizeBytes < claim.sizeBytes) {
      throw new DomainError('invalid', `${body.sizeBytes} of ${claim.sizeBytes} bytes have arrived.`, {
        hint: 'Go on with the upload: run the git-lfs command again.',
      });
    }
    if (body.sizeBytes !== claim.sizeBytes) {
      await this.refuse(repository, claim, body);
      throw new DomainError('invalid', `${body.sizeBytes} bytes have arrived, not ${claim.sizeBytes}.`, {
        hint: 'They were not kept. Upload the object again.',
      });
    }
    return this.start(repository, claim, body);
  }

  private start(repository: Repository, claim: UploadClaim, body: StagedBody): Verification {
    const name = nameOf(repository, claim.oid);
    const running = this.running.get(name);
    if (running) return running;
    const started = new Verification(claim.sizeBytes, (progress) => {
      const work = () => this.work(repository, claim, { body, progress });
      const done = claim.sizeBytes < LARGE_BYTES ? work() : this.large.run(work);
      return done.finally(() => this.running.delete(name));
    });
    this.running.set(name, started);
    return started;
  }

  private async work(
    repository: Repository,
    claim: UploadClaim,
    { body, progress }: { body: StagedBody; progress: Progress },
  ): Promise<void> {
    this.end.signal.throwIfAborted();
    try {
      // A body of what the hub has already proves that its sender has it; the hub's own bytes stay.
      const isKnown = await this.objects.isKept(claim);
      if (isKnown) await this.measure(this.staging.read(body, this.end.signal), claim, progress);
      if (!isKnown || !(await this.objects.isKept(claim))) await this.copyAndPublish(claim, { body, progress });
      await this.objects.link(repository, [claim.oid]);
    } catch (error) {
      // The sender has something else: the same claim will not come true.
      if (error instanceof DomainError && error.code === 'hash_mismatch') await this.refuse(repository, claim, body);
      throw error;
    }
    await this.staging.discard(body);
  }

  private async copyAndPublish(
    claim: UploadClaim,
    { body, progress }: { body: StagedBody; progress: Progress },
  ): Promise<void> {
    const storageKey = newStorageKey(claim.oid);
    let object: PublishedObject;
    try {
      await this.staging.copy(body, storageKey, this.end.signal);
      object = await this.measure(await this.store.read(storageKey, { signal: this.end.signal }), claim, progress);
    } catch (error) {
      await this.store.delete(storageKey).catch(() => undefined);
      throw error;
    }
    // From here on a row may name the key, whatever the database answers.
    await this.objects.publishInPlace({ ...object, storageKey });
  }

  private async measure(stream: Readable, claim: UploadClaim, progress: Progress): Promise<PublishedObject> {
    const meter = measure();
    const count = async (bytes: AsyncIterable<Buffer>) => {
      for await (const chunk of bytes) progress(chunk.length);
    };
    await pipeline(stream, meter, count, { signal: this.end.signal });
    const { sha256, sizeBytes, crc32 } = meter.result();
    if (sha256 === claim.oid && sizeBytes === claim.sizeBytes) return { oid: claim.oid, sizeBytes, crc32 };
    throw new DomainError('hash_mismatch', `What has arrived is not the object ${claim.oid}.`, {
      hint: 'It was not kept. Run "git lfs fsck" and push again.',
    });
  }

  private async refuse(repository: Repository, claim: UploadClaim, body: StagedBody): Promise<void> {
    await this.staging.discard(body);
    await this.uploads.release(repository.id, claim.oid);
  }
}

const nameOf = (repository: Repository, oid: string) => `${repository.id} ${oid}`;

function requireSize(sizeBytes: number, claim: UploadClaim): void {
  if (sizeBytes === claim.sizeBytes) return;
  throw new DomainError('invalid', `The object has ${sizeBytes} bytes, not ${claim.sizeBytes}.`);
}
