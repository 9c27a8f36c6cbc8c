import { FileLockQuery, type LocksPage } from '@granary/api-contract';
import { LockSearchService, userIdOf, type Actor, type OpenRepository } from '@granary/forge';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentActor, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { OutsideAddresses } from '../outside';
import { pageOf } from '../pagination';
import { presentFileLock } from '../presenters/lock.presenter';
import { clientGone } from '../transfer/client-gone';
import { BrowseReader } from './browse.reader';

/** The page of a repository's locks. */
@Controller('api/web/repos/:ns/:repo/locks')
@Surface('web')
export class LocksController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly search: LockSearchService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Get()
  @InRepository('read')
  async page(
    @CurrentActor() actor: Actor,
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LocksPage> {
    const { page, perPage, limit, offset } = pageOf({ page: query['page'] });
    const { q: text, ...filter } = FileLockQuery.parse(query);
    const signal = clientGone(response);
    const search = { ...filter, text, viewerId: userIdOf(actor), limit, offset };
    const [frame, found] = await Promise.all([
      this.reader.frame(opened, this.reader.bare(opened, signal)),
      this.search.find(opened.repository, search, signal),
    ]);
    const locks = found.slice(0, perPage).map((lock) => presentFileLock(lock, opened.repository, this.outside.baseUrl));
    return { ...frame, locks, page, has_next: found.length > perPage };
  }
}
