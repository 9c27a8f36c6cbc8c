import {
  LfsBatchService,
  LfsObjectsService,
  RepositoryAccessService,
  repositoryNotFound,
  type OpenRepository,
  type TransferGrant,
} from '@granary/forge';
import { DomainError, systemClock } from '@granary/kernel';
import { isLfsOid } from '@granary/wire';
import { Controller, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DecidedByHandler } from '../../access/access.decorators';
import type { HubRequest } from '../hub-request';
import { repositoryPathOf } from '../repository-path';
import { clientGone } from './client-gone';
import { sendObject } from './send-object';

interface Transfer {
  repository: OpenRepository['repository'];
  grant: TransferGrant;
}

/** The embedded store's transfer URLs (basic transfer, git-lfs: docs/api/basic-transfers.md). */
@Controller(':ns/:repo/info/lfs/objects/:oid')
@DecidedByHandler('a signed URL of the batch answer is the permission')
export class LfsTransferController {
  constructor(
    private readonly batches: LfsBatchService,
    private readonly objects: LfsObjectsService,
    private readonly repositories: RepositoryAccessService,
  ) {}

  @Put()
  async upload(
    @Param('oid') oid: string,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res() response: Response,
  ) {
    const { repository, grant } = await this.transfer(request, { oid, query, operation: 'upload' });
    const { 'content-length': length } = request.headers;
    if (length !== undefined && Number(length) !== grant.sizeBytes) {
      throw new DomainError('invalid', `The object has ${grant.sizeBytes} bytes; the body announces ${length}.`);
    }
    await this.objects.upload(repository, grant, { stream: request, signal: clientGone(response) });
    response.status(200).end();
  }

  @Get()
  async download(
    @Param('oid') oid: string,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res() response: Response,
  ) {
    const { repository } = await this.transfer(request, { oid, query, operation: 'download' });
    const object = await this.objects.requireLinked(repository.id, oid);
    response.set('Cache-Control', 'private, max-age=0');
    await sendObject(this.objects, object, { request, response });
  }

  private async transfer(
    request: HubRequest,
    { oid, query, operation }: { oid: string; query: Record<string, unknown>; operation: 'upload' | 'download' },
  ): Promise<Transfer> {
    if (!isLfsOid(oid)) throw new DomainError('invalid', 'The oid must be 64 lower-case hex digits (SHA-256).');
    const repository = await this.repositories.locateForGrant(repositoryPathOf(request));
    if (!repository) throw repositoryNotFound();
    const expected = { operation, oid, repositoryId: repository.id, now: systemClock.now() };
    return { repository, grant: this.batches.grants.verify(query, expected) };
  }
}
