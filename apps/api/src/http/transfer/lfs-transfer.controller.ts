import { LfsObjectsService } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Get, Param, Put, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DecidedByHandler } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { BrokenUploads } from './broken-uploads';
import { clientGone } from './client-gone';
import { sendObject } from './send-object';
import { TransferUrls } from './transfer-url';

/** The embedded store's transfer URLs (basic transfer, git-lfs: docs/api/basic-transfers.md). */
@Controller(':ns/:repo/info/lfs/objects/:oid')
@Surface('lfs')
@DecidedByHandler('a signed URL of the batch answer is the permission')
export class LfsTransferController {
  constructor(
    private readonly objects: LfsObjectsService,
    private readonly urls: TransferUrls,
    private readonly broken: BrokenUploads,
  ) {}

  @Put()
  async upload(@Param('oid') oid: string, @Req() request: HubRequest, @Res() response: Response) {
    const { repository, grant } = await this.urls.open(request, oid, 'upload');
    const { 'content-length': length } = request.headers;
    if (length !== undefined && Number(length) !== grant.sizeBytes) {
      throw new DomainError('invalid', `The object has ${grant.sizeBytes} bytes; the body announces ${length}.`);
    }
    const upload = { repositoryId: repository.id, oid, sizeBytes: grant.sizeBytes };
    this.broken.tellOnce(upload);
    const signal = clientGone(response);
    const bytesBefore = request.socket.bytesRead;
    try {
      await this.objects.upload(repository, grant, { stream: request, signal });
    } catch (error) {
      if (signal.aborted && !request.complete) this.broken.note(upload, request.socket.bytesRead - bytesBefore);
      throw error;
    }
    this.broken.done(upload);
    response.status(200).end();
  }

  @Get()
  async download(@Param('oid') oid: string, @Req() request: HubRequest, @Res() response: Response) {
    const { repository } = await this.urls.open(request, oid, 'download');
    const object = await this.objects.requireLinked(repository.id, oid);
    response.set('Cache-Control', 'private, max-age=0');
    await sendObject(this.objects, object, { request, response });
  }
}
