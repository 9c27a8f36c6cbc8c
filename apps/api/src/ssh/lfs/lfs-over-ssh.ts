import {
  LfsBatchService,
  LfsLocksService,
  LfsObjectsService,
  RepositoryAccessService,
  SshKeysService,
  type RepositoryPath,
  type UserActor,
} from '@granary/forge';
import { DomainError, visible } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { asDomainError } from '../../errors/as-domain-error';
import { isDeparture, tellDeparture } from '../../errors/departure';
import { FACES } from '../../errors/faces';
import { LOGGER } from '../../tokens';
import type { SshRequest } from '../ssh-session';
import { RepositoryTransfers } from './repository-transfers';
import { SessionAccess, type Admitted } from './session-access';
import { TransferSession } from './transfer-session';

export interface TransferCall extends SshRequest {
  requestId: string;
  actor: UserActor;
}

/** `git-lfs-transfer`: Git LFS over SSH alone (git-lfs: docs/proposals/ssh_adapter.md). */
@Injectable()
export class LfsOverSsh {
  constructor(
    private readonly keys: SshKeysService,
    private readonly access: RepositoryAccessService,
    private readonly batches: LfsBatchService,
    private readonly objects: LfsObjectsService,
    private readonly locks: LfsLocksService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @returns the exit status. @throws DomainError before the session, when the actor may not. */
  async serve(call: TransferCall, path: RepositoryPath, operation: 'upload' | 'download'): Promise<number> {
    const { actor, input, output, signal, requestId } = call;
    const { batches, objects, locks } = this;
    const role = operation === 'upload' ? 'write' : 'read';
    const opened = await this.access.open(actor, path, role);
    // git-lfs before 3.5 ends the session that holds the shared connection first, and waits for it: in vain, while the
    // other sessions are there.
    call.beAlone();
    const access = new SessionAccess({ actor, opened }, (id) => this.admit(call.login.fingerprint, id, role));
    const actions = new RepositoryTransfers({ batches, objects, locks }, { operation, access, signal });
    const describe = (error: unknown) => this.describe(error, { requestId, signal });
    const onLull = (isLull: boolean) => call.lull(isLull);
    return new TransferSession({ operation, actions, input, output, signal, describe, onLull }).run();
  }

  private async admit(fingerprint: string, repositoryId: number, role: 'read' | 'write'): Promise<Admitted | null> {
    const actor = await this.keys.actorOf(fingerprint);
    if (!actor) throw new DomainError('unauthenticated', 'This SSH key is not registered any more.');
    const opened = await this.access.byId(actor, repositoryId);
    if (opened) this.access.require(actor, opened, role);
    return opened && { actor, opened };
  }

  private describe(
    thrown: unknown,
    { requestId, signal }: Pick<TransferCall, 'requestId' | 'signal'>,
  ): { status: number; message: string } {
    const error = asDomainError(thrown);
    const { status } = FACES[error.code];
    if (isDeparture(thrown, signal.aborted)) tellDeparture(this.log, thrown, { requestId });
    else if (status >= 500) {
      this.log.error(
        { requestId, code: error.code, err: error.cause ?? error },
        'a request of git-lfs-transfer failed',
      );
    }
    if (error.code === 'internal') return { status, message: `internal error (${requestId})` };
    // The client shows the first line alone.
    return { status, message: visible([error.message, error.hint].filter(Boolean).join(' ').replaceAll('\n', ' ')) };
  }
}
