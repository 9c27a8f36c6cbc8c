import { FileLockQuery, ReleaseFileLockQuery, routes, type CreateFileLock, type FileLock } from '@granary/api-contract';
import { alreadyLocked, LfsLocksService, LockSearchService, type OpenRepository, type UserActor } from '@granary/forge';
import { branchRefNamed } from '@granary/git-process';
import { DomainError, invalidField } from '@granary/kernel';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentUser, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { pageOf, sendPage } from '../pagination';
import { presentFileLock } from '../presenters/lock.presenter';
import { BodyOf, Route } from '../route';
import { routeId } from '../route-id';
import { clientGone } from '../transfer/client-gone';

/** The locks of git-lfs for scripts and pages: the same rows, the same service, the same rules. */
@Controller()
@Surface('rest')
export class FileLocksController {
  constructor(
    private readonly locks: LfsLocksService,
    private readonly search: LockSearchService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.listFileLocks)
  @InRepository('read')
  async list(
    @Opened() { repository }: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FileLock[]> {
    const page = pageOf(query);
    const { q: text, ref, ...others } = FileLockQuery.parse(query);
    const filter = { ...others, text, ref: ref && (branchRefNamed(ref, repository.defaultBranch) ?? ref) };
    const [found, total] = await Promise.all([
      this.search.find(repository, { ...filter, ...page }, clientGone(response)),
      this.search.count(repository.id, filter),
    ]);
    const { baseUrl } = this.outside;
    return sendPage(found, page, { request, response, baseUrl, total }).map((lock) =>
      presentFileLock(lock, repository, baseUrl),
    );
  }

  @Route(routes.getFileLock)
  @InRepository('read')
  one(@Opened() opened: OpenRepository, @Param('id') id: string): Promise<FileLock> {
    return this.read(opened, routeId(id));
  }

  @Route(routes.createFileLock)
  @InRepository('write')
  async create(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @BodyOf(routes.createFileLock) { path, ref }: CreateFileLock,
  ): Promise<FileLock> {
    const body = { path, ref: ref ? branchOf(opened, ref) : null };
    const { lock, isNew } = await this.locks.create(opened.repository.id, actor, body);
    const view = await this.read(opened, lock.id);
    if (isNew) return view;
    throw new DomainError('conflict', alreadyLocked(lock), {
      details: { lock: view },
    });
  }

  @Route(routes.releaseFileLock)
  @InRepository('write')
  async release(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<void> {
    await this.locks.unlock(actor, opened, { id, force: ReleaseFileLockQuery.parse(query).force });
  }

  /** By the method that a script finds natural: it names what shall be, and it makes a new lock. */
  @Route(routes.takeOverFileLock)
  @InRepository('write')
  takeOver(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Param('id') id: string,
  ): Promise<FileLock> {
    return this.takenOver(actor, opened, id);
  }

  @Route(routes.takeOverFileLockByPost)
  @InRepository('write')
  takeOverByPost(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Param('id') id: string,
  ): Promise<FileLock> {
    return this.takenOver(actor, opened, id);
  }

  private async takenOver(actor: UserActor, opened: OpenRepository, id: string): Promise<FileLock> {
    return this.read(opened, (await this.locks.takeOver(actor, opened, id)).id);
  }

  private async read({ repository }: OpenRepository, id: number): Promise<FileLock> {
    const [lock] = await this.search.find(repository, { id, limit: 1, offset: 0 });
    if (!lock) throw new DomainError('not_found', 'There is no such lock.');
    return presentFileLock(lock, repository, this.outside.baseUrl);
  }
}

/** @throws DomainError `invalid` for what names no branch. */
function branchOf({ repository }: OpenRepository, text: string): string {
  const branch = branchRefNamed(text, repository.defaultBranch);
  if (branch === null) throw invalidField('ref', 'ref must name a branch, as in refs/heads/main.', 'invalid');
  return branch;
}
