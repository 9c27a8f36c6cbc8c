import { CurrentActor, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import {
  LfsBatchService,
  LfsVerificationsService,
  type Actor,
  type ObjectPlan,
  type OpenRepository,
  type TransferAction,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { isLfsOid, LFS_JSON, LfsBatchRequest, LfsVerifyRequest } from '@granary/wire';
import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { zodBody } from '../zod-body';

function presentAction({ href, headers, expiresInSeconds }: TransferAction) {
  return { href, ...(Object.keys(headers).length > 0 && { header: headers }), expires_in: expiresInSeconds };
}

/** One object of a batch response (git-lfs: docs/api/batch.md). */
function presentPlan(plan: ObjectPlan) {
  const object = { oid: plan.oid, size: plan.sizeBytes, authenticated: true };
  switch (plan.kind) {
    case 'present':
      return object;
    case 'refused':
      return { oid: plan.oid, size: plan.sizeBytes, error: { code: plan.status, message: plan.message } };
    case 'download':
      return { ...object, actions: { download: presentAction(plan.download) } };
    case 'upload':
      return {
        ...object,
        actions: { upload: presentAction(plan.upload), ...(plan.verify && { verify: presentAction(plan.verify) }) },
      };
  }
}

/** Git LFS batch and verify. Says how; the service decides what. */
@Controller(':ns/:repo/info/lfs/objects')
@Surface('lfs')
@InRepository('read')
export class LfsBatchController {
  constructor(
    private readonly batches: LfsBatchService,
    private readonly verifications: LfsVerificationsService,
  ) {}

  @Post('batch')
  @HttpCode(200) // Nest answers a POST with 201; the specification asks for 200.
  @Header('Content-Type', LFS_JSON)
  async batch(
    @CurrentActor() actor: Actor,
    @Opened() opened: OpenRepository,
    @Body(zodBody(LfsBatchRequest)) request: LfsBatchRequest,
  ) {
    const { transfer, objects } = await this.batches.plan(actor, opened, request);
    return { transfer, objects: objects.map(presentPlan), hash_algo: 'sha256' };
  }

  @Post('verify')
  @HttpCode(200)
  @Header('Content-Type', LFS_JSON)
  async verify(
    @CurrentActor() actor: Actor,
    @Opened() opened: OpenRepository,
    @Body(zodBody(LfsVerifyRequest)) { oid, size: sizeBytes }: LfsVerifyRequest,
  ) {
    if (!isLfsOid(oid)) throw new DomainError('invalid', 'The oid must be 64 lower-case hex digits (SHA-256).');
    await this.verifications.verify(actor, opened, { oid, sizeBytes });
    return {};
  }
}
