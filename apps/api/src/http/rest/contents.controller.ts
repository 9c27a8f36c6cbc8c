import { routes } from '@granary/api-contract';
import { realPath } from '@granary/git-process';
import { findReadme, readTree, type OpenRepository } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { BrowseReader } from '../pages/browse.reader';
import { presentEntryContent } from '../presenters/contents.presenter';
import { Route } from '../route';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';
import { treeNamed } from './commit-of';
import { ContentsHtml } from './contents-html';
import { ContentsReader, type ContentPlace } from './contents.reader';
import { mediaForm } from './media-type';
import { sendBlob, sendHtml } from './send-blob';

/** GitHub's "Contents": files and directories as they are. */
@Controller()
@Surface('rest')
@InRepository('read')
export class ContentsController {
  constructor(
    private readonly contents: ContentsReader,
    private readonly html: ContentsHtml,
    private readonly reader: BrowseReader,
  ) {}

  @Route(routes.getContents)
  async read(
    @Opened() opened: OpenRepository,
    @Param('path') rest: unknown,
    @Query('ref') ref: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const place = await this.place(opened, ref, response);
    const path = wildcard(rest).replace(/\/+$/, '');
    const entry = path === '' ? null : await this.contents.entry(place, path);
    if (entry && entry.type !== 'tree') return this.send(place, entry, { request, response });
    const entries = await this.contents.directory(place, entry?.path ?? path);
    if (mediaForm(request, ['object']) !== 'object') return response.json(entries);
    const shown = { path: entry?.path ?? path, kind: 'tree' as const, oid: entry?.oid ?? place.at.sha, sizeBytes: 0 };
    return response.json({ ...presentEntryContent(shown, this.contents.addressesOf(place)), entries });
  }

  @Route(routes.getReadme)
  async readme(
    @Opened() opened: OpenRepository,
    @Param('dir') rest: unknown,
    @Query('ref') ref: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const place = await this.place(opened, ref, response);
    const { sha } = place.at;
    const directory = await realPath(place.bare, { sha, path: wildcard(rest).replace(/\/+$/, ''), isFollowed: true });
    const { entries } = await readTree(place.bare, { sha, path: directory });
    const file = findReadme(entries);
    if (!file) throw new DomainError('not_found', 'Not Found');
    return this.send(place, await this.contents.entry(place, file.path), { request, response });
  }

  private async place(opened: OpenRepository, ref: unknown, response: Response): Promise<ContentPlace> {
    const bare = this.reader.bare(opened, clientGone(response));
    const name = typeof ref === 'string' ? ref : '';
    // A tag may be there before the first branch.
    if (opened.repository.isEmpty && name === '') throw new DomainError('not_found', 'This repository is empty.');
    return { opened, bare, at: await treeNamed(bare, name) };
  }

  private async send(
    place: ContentPlace,
    entry: Awaited<ReturnType<ContentsReader['entry']>>,
    { request, response }: { request: Request; response: Response },
  ) {
    const shown = await this.contents.followed(place, entry);
    if (shown.type !== 'blob') return response.json(await this.contents.file(place, shown));
    switch (mediaForm(request, ['raw', 'html', 'object'])) {
      case 'raw':
        return sendBlob(place.bare, shown, { request, response });
      case 'html':
        return sendHtml(await this.html.of(place, shown), { request, response });
      default:
        return response.json(await this.contents.file(place, shown));
    }
  }
}
