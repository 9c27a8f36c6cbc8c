import {
  AccountsService,
  LfsPartsService,
  LfsVerificationsService,
  RepositoryAccessService,
  type Actor,
  type PartsSession,
  type PlannedPart,
  type TransferGrant,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { LFS_JSON } from '@granary/wire';
import { Controller, Get, Header, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DecidedByHandler } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { repositoryPathOf } from '../repository-path';
import { clientGone } from './client-gone';
import { TransferUrls } from './transfer-url';

function presentPart({ index, offsetBytes, sizeBytes, upload }: PlannedPart) {
  return { number: index, offset: offsetBytes, size: sizeBytes, href: upload.href, header: upload.headers };
}

function presentSession({ sizeBytes, partBytes, partCount, arrivedBytes, missing, next }: PartsSession) {
  return {
    size: sizeBytes,
    part_size: partBytes,
    part_count: partCount,
    arrived_size: arrivedBytes,
    next: { href: next.href, expires_in: next.expiresInSeconds },
    parts: missing.map(presentPart),
  };
}

/** What the transfer agent of this project talks to (docs/lfs.md, "The agent"). */
@Controller(':ns/:repo/info/lfs/objects/:oid/parts')
@Surface('lfs')
@DecidedByHandler('a signed URL of the batch answer is the permission')
export class LfsPartsController {
  constructor(
    private readonly parts: LfsPartsService,
    private readonly verifications: LfsVerificationsService,
    private readonly urls: TransferUrls,
    private readonly accounts: AccountsService,
    private readonly repositories: RepositoryAccessService,
  ) {}

  @Get()
  @Header('Content-Type', LFS_JSON)
  @Header('Cache-Control', 'no-store')
  async session(@Param('oid') oid: string, @Req() request: HubRequest) {
    const { grant } = await this.urls.open(request, oid, 'multipart');
    // The answer renews its own address: only for who may still write.
    const actor = await this.uploaderOf(grant);
    const opened = await this.repositories.open(actor, repositoryPathOf(request), 'write');
    return presentSession(await this.parts.session({ actor, opened }, grant));
  }

  @Put(':number')
  async part(
    @Param('oid') oid: string,
    @Param('number') number: string,
    @Req() request: HubRequest,
    @Res() response: Response,
  ) {
    const { repository, grant } = await this.urls.open(request, oid, 'multipart');
    const index = /^\d{1,5}$/.test(number) ? Number(number) : NaN;
    await this.parts.receive(repository, grant, { index, stream: request, signal: clientGone(response) });
    response.status(200).end();
  }

  /** Everything is sent. Answers 429 with `Retry-After` as long as it is being checked. */
  @Post()
  @HttpCode(200)
  @Header('Content-Type', LFS_JSON)
  async complete(@Param('oid') oid: string, @Req() request: HubRequest) {
    const { repository, grant } = await this.urls.open(request, oid, 'multipart');
    await this.verifications.complete(repository, grant);
    return {};
  }

  private async uploaderOf({ userId, repositoryId }: TransferGrant): Promise<Actor> {
    const user = await this.accounts.byId(userId);
    if (!user?.isActive) throw new DomainError('forbidden', 'The account of this upload is not active any more.');
    return {
      kind: 'user',
      userId: user.id,
      name: user.name,
      isAdmin: user.isAdmin,
      via: 'token',
      scopes: new Set(['repo:write']),
      repositoryIds: new Set([repositoryId]),
      lfsOperation: 'upload',
    };
  }
}
