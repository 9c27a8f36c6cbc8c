import { LfsResumableService, MAX_OBJECT_BYTES } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Head, Options, Param, Patch, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DecidedByHandler } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { TransferUrls } from './transfer-url';

const TUS_VERSION = '1.0.0';
const MEDIA_TYPE = 'application/offset+octet-stream';

/** Resumable uploads of git-lfs: the core protocol of https://tus.io/protocols/resumable-upload, version 1.0.0. */
@Controller(':ns/:repo/info/lfs/objects/:oid/tus')
@Surface('lfs')
@DecidedByHandler('a signed URL of the batch answer is the permission')
export class LfsTusController {
  constructor(
    private readonly uploads: LfsResumableService,
    private readonly urls: TransferUrls,
  ) {}

  @Options()
  async options(@Param('oid') oid: string, @Req() request: HubRequest, @Res() response: Response) {
    await this.urls.open(request, oid, 'tus');
    response.set({
      'Tus-Resumable': TUS_VERSION,
      'Tus-Version': TUS_VERSION,
      'Tus-Max-Size': String(MAX_OBJECT_BYTES),
    });
    response.status(204).end();
  }

  @Head()
  async offset(@Param('oid') oid: string, @Req() request: HubRequest, @Res() response: Response) {
    if (!speaksTus(request, response)) return;
    const { repository, grant } = await this.urls.open(request, oid, 'tus');
    const offsetBytes = await this.uploads.offset(repository, grant);
    response.set({ 'Upload-Offset': String(offsetBytes), 'Upload-Length': String(grant.sizeBytes) });
    response.set('Cache-Control', 'no-store').status(200).end();
  }

  @Patch()
  async append(@Param('oid') oid: string, @Req() request: HubRequest, @Res() response: Response) {
    if (!speaksTus(request, response)) return;
    const { repository, grant } = await this.urls.open(request, oid, 'tus');
    const offsetBytes = offsetOf(request, grant.sizeBytes);
    const now = await this.uploads.receive(repository, grant, { offsetBytes, stream: request });
    response.set('Upload-Offset', String(now)).status(204).end();
  }
}

/** Answers 412 to another version, as the protocol wants it. */
function speaksTus(request: HubRequest, response: Response): boolean {
  response.set('Tus-Resumable', TUS_VERSION);
  if (request.get('tus-resumable') === TUS_VERSION) return true;
  response.status(412).set('Tus-Version', TUS_VERSION).end();
  return false;
}

/** @throws DomainError for a PATCH that says too little, or more than the object has room for. */
function offsetOf(request: HubRequest, sizeBytes: number): number {
  if (request.get('content-type') !== MEDIA_TYPE) {
    throw new DomainError('unsupported_media_type', `The body of a PATCH is ${MEDIA_TYPE}.`);
  }
  const text = request.get('upload-offset') ?? '';
  if (!/^\d{1,15}$/.test(text)) throw new DomainError('bad_request', 'Upload-Offset must be a number of bytes.');
  const offsetBytes = Number(text);
  const length = request.get('content-length');
  if (offsetBytes + Number(length ?? 0) > sizeBytes) {
    throw new DomainError('invalid', `The object has ${sizeBytes} bytes; the body would reach behind its end.`);
  }
  return offsetBytes;
}
