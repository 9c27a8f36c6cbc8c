import { archiveBelow, routes } from '@granary/api-contract';
import { RepositoriesService, type OpenRepository } from '@granary/forge';
import { countRefs, listVisibleRefs, lookUpObjects } from '@granary/git-process';
import { Controller, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { pageOf, sendPage, type Page } from '../pagination';
import { Route } from '../route';

const TAGS = 'refs/tags/';

@Controller()
@Surface('rest')
@InRepository('read')
export class RefsController {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.listTags)
  async tags(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const page = pageOf(query);
    const git = this.repositories.open(opened.repository);
    const [rows, total] = await Promise.all([this.refs(opened, TAGS, page), countRefs(git, TAGS)]);
    const { html_url } = this.urls(opened);
    const sent = sendPage(rows, page, { request, response, baseUrl: this.outside.baseUrl, total });
    // What GitHub's shape has no place for: tags of trees and blobs, which `git/matching-refs/tags` tells.
    const ofCommits = sent.filter(({ commit }) => commit.sha !== null);
    return ofCommits.map((row) => ({
      ...row,
      zipball_url: archiveBelow(html_url, { kind: 'tag', ref: row.name }, 'zip'),
      tarball_url: archiveBelow(html_url, { kind: 'tag', ref: row.name }, 'tar.gz'),
      node_id: Buffer.from(`Tag:${row.name}`).toString('base64'),
    }));
  }

  private urls({ repository }: OpenRepository) {
    const path = `${repository.namespace.name}/${repository.name}`;
    return { html_url: `${this.outside.baseUrl}/${path}`, url: `${this.outside.baseUrl}/api/v3/repos/${path}` };
  }

  private async refs(opened: OpenRepository, prefix: string, page: Page) {
    const git = this.repositories.open(opened.repository);
    const refs = await listVisibleRefs(git.home, git.path, { patterns: [prefix], limit: page.offset + page.limit });
    const shown = refs.slice(page.offset);
    // Git before 2.45 follows only one tag of several.
    const names = shown.map(({ oid }) => `${oid}^{commit}`);
    const commits = await lookUpObjects(git, names);
    const { url } = this.urls(opened);
    return shown.map(({ name }, index) => {
      const sha = commits[index]?.oid ?? null;
      return { name: name.slice(prefix.length), commit: { sha, url: `${url}/commits/${sha}` } };
    });
  }
}
