import {
  mayUnlockOthers,
  userIdOf,
  type LfsBatchService,
  type LfsLocksService,
  type LfsObjectsService,
  type ObjectPlan,
  type OpenRepository,
} from '@granary/forge';
import { DomainError, systemClock } from '@granary/kernel';
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
 * A client opens several sessions, asks for a batch in one of them and transfers in all, so that no session can know
 * what was admitted. An upload therefore carries a token: the grant that the URL of an upload over HTTP carries, signed
 * for this operation, repository, object, size and user. A download needs none: each is looked up by the repository's
 * link to the object.
 */
export class RepositoryTransfers implements TransferActions {
  constructor(
    private readonly services: LfsServices,
    private readonly session: Session,
  ) {}

  async batch(args: TransferArguments, objects: LfsObject[]): Promise<BatchLine[]> {
    const admitted = await this.session.access.now();
    const plans = await this.plan(admitted, objects, args);
    return plans.map((plan) => this.present(plan, admitted));
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
  private present(plan: ObjectPlan, admitted: Admitted): BatchLine {
    const object = { oid: plan.oid, size: plan.sizeBytes };
    if (plan.kind === 'present') return { ...object, action: 'noop' };
    if (plan.kind !== 'upload') return { ...object, action: this.session.operation };
    const { expiresInSeconds } = plan.upload;
    return { ...object, action: 'upload', token: this.tokenFor(plan, admitted, expiresInSeconds), expiresInSeconds };
  }

  private tokenFor({ oid, sizeBytes }: ObjectClaim, { actor, opened }: Admitted, ttlSeconds: number): string {
    return this.services.batches.grants.query({
      operation: 'upload',
      repositoryId: opened.repository.id,
      oid,
      sizeBytes,
      userId: actor.userId,
      expiresAtSeconds: Math.floor(systemClock.now().getTime() / 1000) + ttlSeconds,
    });
  }

  async get(oid: string, sizeBytes: number | null): Promise<{ sizeBytes: number; stream: Readable }> {
    const { opened } = await this.session.access.lately();
    const { objects } = this.services;
    const object = await objects.requireLinked(opened.repository.id, oid);
    if (sizeBytes !== null && sizeBytes !== object.sizeBytes) throw unlike(object.sizeBytes, sizeBytes);
    const stream = await objects.read(object, { signal: this.session.signal });
    return { sizeBytes: object.sizeBytes, stream };
  }

  async put(claim: ObjectClaim, { token, stream }: { token: string | undefined; stream: Readable }): Promise<void> {
    const admitted = await this.session.access.lately();
    if (token === undefined) await this.requirePlan(claim, admitted);
    else this.requireGrant(claim, admitted, token);
    const { signal } = this.session;
    await this.services.objects.upload(admitted.opened.repository, claim, { stream, signal });
  }

  private requireGrant({ oid, sizeBytes }: ObjectClaim, { actor, opened }: Admitted, token: string): void {
    const expected = { operation: 'upload', oid, repositoryId: opened.repository.id, now: systemClock.now() } as const;
    const grant = this.services.batches.grants.verify(Object.fromEntries(new URLSearchParams(token)), expected);
    if (grant.sizeBytes === sizeBytes && grant.userId === userIdOf(actor)) return;
    throw new DomainError('forbidden', 'This token was made for something else.');
  }

  /** Without a token the object is planned now: a batch refused it, or there was none. */
  private async requirePlan({ oid, sizeBytes }: ObjectClaim, admitted: Admitted): Promise<void> {
    const [plan] = await this.plan(admitted, [{ oid, size: sizeBytes }]);
    if (plan?.kind !== 'refused') return;
    throw new DomainError(plan.status === 422 ? 'invalid' : 'conflict', plan.message);
  }

  async verify({ oid, sizeBytes }: ObjectClaim): Promise<void> {
    const { opened } = await this.session.access.lately();
    const object = await this.services.objects.requireLinked(opened.repository.id, oid);
    if (object.sizeBytes !== sizeBytes) throw unlike(object.sizeBytes, sizeBytes);
  }

  async lock(args: TransferArguments): Promise<TransferAnswer> {
    const { actor, opened } = await this.session.access.now();
    const { path, ref } = LfsCreateLockRequest.parse({ path: args['path'], ref: { name: args['refname'] } });
    const wish = { path, ref: ref?.name || null };
    return lockAnswer(await this.services.locks.create(opened.repository.id, actor, wish));
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
