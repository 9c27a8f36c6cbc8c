import { ArchivesService, type OpenRepository } from '@granary/forge';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { wildcard } from '../wildcard';
import { sendArchive } from './send-archive';

/** `/<ns>/<repo>/-/archive/…` (docs/archives.md). */
@Controller(':ns/:repo/-/archive')
@Surface('page')
@InRepository('read')
export class ArchiveController {
  constructor(private readonly archives: ArchivesService) {}

  @Get('*rest')
  async download(
    @Opened() { repository }: OpenRepository,
    @Param('rest') rest: unknown,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const prepared = await this.archives.prepare(repository, wildcard(rest), query);
    await sendArchive(this.archives, prepared, { request, response });
  }
}
