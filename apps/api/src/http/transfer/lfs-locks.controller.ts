import { alreadyLocked, LfsLocksService, type LfsLockFacts, type OpenRepository, type UserActor } from '@granary/forge';
import { branchRefNamed } from '@granary/git-process';
import {
  LFS_JSON,
  LfsCreateLockRequest,
  LfsLockListQuery,
  LfsUnlockRequest,
  LfsVerifyLocksRequest,
  type LfsLock,
  type LfsLockConflict,
  type LfsLockList,
  type LfsLockResponse,
  type LfsVerifiedLocks,
} from '@granary/wire';
import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentUser, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { zodBody } from '../zod-body';

function presentLock(lock: LfsLockFacts): LfsLock {
  const { id, path, lockedAt, ownerName } = lock;
  // The specification asks for whole seconds.
  const lockedAtText = lockedAt.toISOString().replace(/\.\d+Z$/, 'Z');
  return { id: String(id), path, locked_at: lockedAtText, owner: { name: ownerName } };
}

const next = (cursor: string | null) => (cursor === null ? {} : { next_cursor: cursor });

/**
 * Git LFS file locking (git-lfs: docs/api/locking.md). Locks hold on every branch, and whoever may push may lock: the
 * `ref` and `refspec` of a request, which the specification keeps for servers that decide by the ref, limit nothing.
 */
@Controller(':ns/:repo/info/lfs/locks')
@Surface('lfs')
export class LfsLocksController {
  constructor(private readonly locks: LfsLocksService) {}

  @Get()
  @InRepository('read')
  @Header('Content-Type', LFS_JSON)
  async list(@Opened() { repository }: OpenRepository, @Query() query: unknown): Promise<LfsLockList> {
    const page = await this.locks.list(repository.id, LfsLockListQuery.parse(query));
    return { locks: page.locks.map(presentLock), ...next(page.nextCursor) };
  }

  @Post()
  @InRepository('write')
  @Header('Content-Type', LFS_JSON)
  async create(
    @CurrentUser() actor: UserActor,
    @Opened() { repository }: OpenRepository,
    @Body(zodBody(LfsCreateLockRequest)) request: LfsCreateLockRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LfsLockResponse | LfsLockConflict> {
    const ref = request.ref?.name ? branchRefNamed(request.ref.name, repository.defaultBranch) : null;
    const input = { path: request.path, ref };
    const { lock, isNew } = await this.locks.create(repository.id, actor, input);
    if (isNew) return { lock: presentLock(lock) };
    response.status(409);
    return { lock: presentLock(lock), message: alreadyLocked(lock) };
  }

  @Post('verify')
  @InRepository('write')
  @HttpCode(200)
  @Header('Content-Type', LFS_JSON)
  async verify(
    @CurrentUser() actor: UserActor,
    @Opened() { repository }: OpenRepository,
    @Body(zodBody(LfsVerifyLocksRequest)) request: LfsVerifyLocksRequest,
  ): Promise<LfsVerifiedLocks> {
    const page = await this.locks.list(repository.id, { cursor: request.cursor, limit: request.limit });
    const isOurs = ({ ownerUserId }: LfsLockFacts) => ownerUserId === actor.userId;
    return {
      ours: page.locks.filter(isOurs).map(presentLock),
      theirs: page.locks.filter((lock) => !isOurs(lock)).map(presentLock),
      ...next(page.nextCursor),
    };
  }

  @Post(':id/unlock')
  @InRepository('write')
  @HttpCode(200)
  @Header('Content-Type', LFS_JSON)
  async unlock(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Param('id') id: string,
    @Body(zodBody(LfsUnlockRequest)) { force }: LfsUnlockRequest,
  ): Promise<LfsLockResponse> {
    return { lock: presentLock(await this.locks.unlock(actor, opened, { id, force })) };
  }
}
