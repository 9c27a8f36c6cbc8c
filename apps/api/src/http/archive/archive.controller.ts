import { ArchivesService, RepositoriesService, type OpenRepository } from '@granary/forge';
import { GitLimits } from '@granary/git-process';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { InRepository, Opened } from '../../access/access.decorators';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';

@Controller(':ns/:repo/-/archive')
@InRepository('read')
export class ArchiveController {
  constructor(
    private readonly archives: ArchivesService,
    private readonly repositories: RepositoriesService,
    private readonly limits: GitLimits,
  ) {}

  @Get('*rest')
  async download(
    @Opened() { repository }: OpenRepository,
    @Param('rest') rest: unknown,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const archive = await this.archives.prepare(repository, wildcard(rest), query);
    if (request.get('if-none-match') === archive.etag) {
      response.status(304).set('ETag', archive.etag).end();
      return;
    }
    if (request.method === 'HEAD') {
      response.status(200).set(archive.headers).end();
      return;
    }
    const signal = clientGone(response);
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    await this.limits.run('archive', { repositoryPath, signal }, async () => {
      const { stream } = await archive.open(signal);
      response.status(200).set(archive.headers);
      // A failure from here on destroys the connection: no client may take the rest for a whole archive.
      await pipeline(stream, response);
    });
  }
}
