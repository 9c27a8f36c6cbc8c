import type { RefsPage, RepositoryFrame } from '@granary/api-contract';
import type { Actor, OpenRepository } from '@granary/forge';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentActor, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { pageOf } from '../pagination';
import { clientGone } from '../transfer/client-gone';
import { BrowseReader } from './browse.reader';
import { shownRefs } from './shown-refs';

const REFS_A_PAGE = '50';

/** Page models of one repository, its trees and its history aside: each is all that its page needs, in one request. */
@Controller('api/web/repos/:ns/:repo')
@Surface('web')
@InRepository('read')
export class BrowseController {
  constructor(private readonly reader: BrowseReader) {}

  @Get()
  async home(
    @Opened() opened: OpenRepository,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RepositoryFrame> {
    return this.reader.frame(opened, this.reader.bare(opened, clientGone(response)));
  }

  @Get('refs')
  async refs(
    @Opened() opened: OpenRepository,
    @CurrentActor() actor: Actor,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RefsPage> {
    const bare = this.reader.bare(opened, clientGone(response));
    const lists = await this.reader.everyRef(bare);
    const { page, perPage, offset } = pageOf({ page: query['page'], per_page: REFS_A_PAGE });
    const found = shownRefs(lists, query);
    return {
      ...this.reader.frameOf(opened, lists),
      refs: await this.reader.judgedRefs({ opened, bare, actor }, found.slice(offset, offset + perPage)),
      page,
      has_next: found.length > offset + perPage,
    };
  }
}
