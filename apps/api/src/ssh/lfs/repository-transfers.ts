import {
  mayUnlockOthers,
  type LfsBatchService,
  type LfsLocksService,
  type LfsObjectsService,
  type ObjectPlan,
  type OpenRepository,
} from '@granary/forge';
import { branchRefNamed } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import {
  LfsCreateLockRequest,
  LfsLockListQuery,
  type BatchLine,
  type LfsObject,
  type TransferAnswer,
  type TransferArguments,
} from '@granary/wire';
import type { Readable } from 'node:stream';
import { lockAnswer, lockListAnswer, unlockAnswer } from './lock-answers';
import type { Admitted, SessionAccess } from './session-access';
import type { ObjectClaim, TransferActions } from './transfer-actions';

export interface LfsServices {
  batches: LfsBatchService;
  objects: LfsObjectsService;
  locks: LfsLocksService;
}

interface Session {
  operation: 'upload' | 'download';
  access: SessionAccess;
  signal: AbortSignal;
}

const unlike = (sizeBytes: number, wantedBytes: number) =>
  new DomainError('invalid', `The object has ${sizeBytes} bytes, not ${wantedBytes}.`);

/**
 * Git LFS in one repository, by the services that answer HTTP.
 *
 * A client opens several sessions, asks for a batch in one of them and transfers in all, and brings nothing back from
 * the batch. So each transfer stands for itself, and could come without a batch: an upload is planned again, which asks
 * for the role, the size and the quota before the body is taken; a download is looked up by the repository's link.
 */
export class RepositoryTransfers implements TransferActions {
  constructor(
    private readonly services: LfsServices,
    private readonly session: Session,
  ) {}

  async batch(args: TransferArguments, objects: LfsObject[]): Promise<BatchLine[]> {
    const admitted = await this.session.access.now();
    const plans = await this.plan(admitted, objects, args);
    return plans.map((plan) => this.present(plan));
  }

  private async plan(
    { actor, opened }: Admitted,
    objects: LfsObject[],
    args: TransferArguments = {},
  ): Promise<ObjectPlan[]> {
    const { objects: plans } = await this.services.batches.plan(actor, opened, {
      operation: this.session.operation,
      ref: { name: args['refname'] },
      objects,
      hash_algo: args['hash-algo'],
    });
    return plans;
  }

  /** A line has no place for what is wrong with one object: its transfer is refused when it is asked for. */
  private present({ kind, oid, sizeBytes }: ObjectPlan): BatchLine {
    return { oid, size: sizeBytes, action: kind === 'present' ? 'noop' : this.session.operation };
  }

  async get(oid: string, sizeBytes: number | null): Promise<{ sizeBytes: number; stream: Readable }> {
    const { opened } = await this.session.access.lately();
    const { objects } = this.services;
    const object = await objects.requireLinked(opened.repository.id, oid);
    if (sizeBytes !== null && sizeBytes !== object.sizeBytes) throw unlike(object.sizeBytes, sizeBytes);
    const stream = await objects.read(object, { signal: this.session.signal });
    return { sizeBytes: object.sizeBytes, stream };
  }

  async put(claim: ObjectClaim, body: Readable): Promise<void> {
    const admitted = await this.session.access.lately();
    const [plan] = await this.plan(admitted, [{ oid: claim.oid, size: claim.sizeBytes }]);
    if (plan?.kind === 'refused') throw new DomainError('invalid', plan.message);
    const { signal } = this.session;
    await this.services.objects.upload(admitted.opened.repository, claim, { stream: body, signal });
  }

  async verify({ oid, sizeBytes }: ObjectClaim): Promise<void> {
    const { opened } = await this.session.access.lately();
    if (sizeBytes === 0) return;
    const object = await this.services.objects.requireLinked(opened.repository.id, oid);
    if (object.sizeBytes !== sizeBytes) throw unlike(object.sizeBytes, sizeBytes);
  }

  async lock(args: TransferArguments): Promise<TransferAnswer> {
    const { actor, opened } = await this.session.access.now();
    const { path, ref } = LfsCreateLockRequest.parse({ path: args['path'], ref: { name: args['refname'] } });
    const lock = { path, ref: ref?.name ? branchRefNamed(ref.name, opened.repository.defaultBranch) : null };
    return lockAnswer(await this.services.locks.create(opened.repository.id, actor, lock));
  }

  async listLocks(args: TransferArguments): Promise<TransferAnswer> {
    const { actor, opened } = await this.session.access.now();
    const page = await this.services.locks.list(opened.repository.id, LfsLockListQuery.parse(args));
    return lockListAnswer(page, actor.userId);
  }

  async unlock(id: string, args: TransferArguments): Promise<TransferAnswer> {
    const { actor, opened } = await this.session.access.now();
    const force = args['force'] === 'true';
    try {
      return unlockAnswer(await this.services.locks.unlock(actor, opened, { id, force }));
    } catch (error) {
      throw !force && mayUnlockOthers(actor, opened.facts) ? this.withWayToForce(error, opened) : error;
    }
  }

  /** git-lfs, up to 3.7 at least, leaves --force out of what it sends over SSH. */
  private withWayToForce(error: unknown, opened: OpenRepository): unknown {
    if (!(error instanceof DomainError) || error.code !== 'forbidden') return error;
    const hint = `Over SSH git-lfs keeps --force to itself: git -c lfs.url=${this.services.batches.root(opened)} lfs unlock --force`;
    return new DomainError('forbidden', error.message, { hint });
  }
}
