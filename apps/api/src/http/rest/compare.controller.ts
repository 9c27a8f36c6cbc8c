import { pipeline } from 'node:stream/promises';
import {
  MAX_MAILS,
  openComparisonText,
  readCommits,
  readComparedCommits,
  readComparison,
  type Comparison,
  type GitRepository,
} from '@granary/git-process';
import { routes, type CommitComparison } from '@granary/api-contract';
import { fullName, readDiff, type OpenRepository } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import type { LogRecord } from '@granary/wire';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { BrowseReader } from '../pages/browse.reader';
import { pageOf, sendPage, type Page } from '../pagination';
import { presentFile, presentRestCommit, urlsOf } from '../presenters/commit.presenter';
import { Route } from '../route';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';
import { CommitViews } from './commit-views';
import { findCompared, type Compared } from './compared';
import { mediaForm } from './media-type';

/** As GitHub's, where nobody asks for pages. */
const COMMITS_AT_ONCE = 250;
const MAX_FILES = 300;

/** GitHub's comparison of two commits, named by branches, tags or ids. */
@Controller()
@Surface('rest')
@InRepository('read')
export class CompareController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly views: CommitViews,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.compareCommits)
  async compare(
    @Opened() opened: OpenRepository,
    @Param('basehead') basehead: unknown,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res() response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const compared = await findCompared(bare, wildcard(basehead), fullName(opened.repository));
    const comparison = await readComparison(bare, { base: compared.base.sha, head: compared.head.sha });
    const { base, head, mergeBase } = comparison;
    const from = compared.isDirect ? base : mergeBase;
    if (mergeBase === null || from === null) {
      throw new DomainError('not_found', `No common ancestor between ${compared.base.name} and ${compared.head.name}.`);
    }
    const form = compared.form ?? mediaForm(request, ['diff', 'patch'] as const);
    if (form === 'patch' && comparison.aheadBy > MAX_MAILS) {
      throw new DomainError('too_large', `These are more than ${MAX_MAILS} commits, too many for one patch.`, {
        hint: 'Ask for the diff, or clone the repository.',
      });
    }
    if (form !== 'json') return sendText(bare, { from, to: head, form }, { request, response });
    const page = commitsPageOf(query);
    const rows = await readComparedCommits(bare, comparison, page);
    const at = { request, response, baseUrl: this.outside.baseUrl, total: comparison.aheadBy };
    const commits = sendPage(rows, page, at);
    const files = page.page === 1 ? await this.files(opened, bare, { from, to: head }) : undefined;
    return response.json({
      ...(await this.present(opened, bare, { compared, comparison, mergeBase, commits })),
      files,
    });
  }

  private async files(opened: OpenRepository, bare: GitRepository, between: { from: string; to: string }) {
    const { files } = await readDiff(bare, between, { offset: 0, limit: MAX_FILES });
    const urls = this.urls(opened);
    return files.map((file) => presentFile(file, { sha: file.newPath === null ? between.from : between.to, urls }));
  }

  private async present(
    opened: OpenRepository,
    bare: GitRepository,
    facts: { compared: Compared; comparison: Comparison; mergeBase: string; commits: LogRecord[] },
  ): Promise<CommitComparison> {
    const { compared, comparison, mergeBase, commits } = facts;
    const { base, head, aheadBy, behindBy } = comparison;
    const ends = await readCommits(bare, [base, mergeBase]);
    const context = await this.views.contextOf(opened, bare, [...ends.values(), ...commits]);
    const present = (commit: LogRecord) => presentRestCommit(commit, context(commit));
    const end = (sha: string) => {
      const commit = ends.get(sha);
      if (!commit) throw new DomainError('not_found', 'Not Found');
      return present(commit);
    };
    const { api, html } = this.urls(opened);
    const dots = compared.isDirect ? '..' : '...';
    const [from, to] = [compared.base.name, compared.head.name].map(encodeURIComponent);
    return {
      url: `${api}/compare/${from}${dots}${to}`,
      html_url: `${html}/-/commits/${head}`,
      permalink_url: `${html}/-/commit/${head}`,
      diff_url: `${api}/compare/${base}${dots}${head}.diff`,
      patch_url: `${api}/compare/${base}${dots}${head}.patch`,
      base_commit: end(base),
      merge_base_commit: end(mergeBase),
      status: aheadBy > 0 ? (behindBy > 0 ? 'diverged' : 'ahead') : behindBy > 0 ? 'behind' : 'identical',
      ahead_by: aheadBy,
      behind_by: behindBy,
      total_commits: aheadBy,
      commits: commits.map(present),
    };
  }

  private urls({ repository }: OpenRepository) {
    return urlsOf(fullName(repository), this.outside.baseUrl);
  }
}

function commitsPageOf(query: Record<string, unknown>): Page {
  if (query['page'] !== undefined || query['per_page'] !== undefined) return pageOf(query);
  return { page: 1, perPage: COMMITS_AT_ONCE, limit: COMMITS_AT_ONCE + 1, offset: 0 };
}

async function sendText(
  bare: GitRepository,
  text: { from: string; to: string; form: 'diff' | 'patch' },
  { request, response }: { request: HubRequest; response: Response },
): Promise<void> {
  response.set({
    'Content-Type': `application/vnd.github.${text.form}; charset=utf-8`,
    Vary: 'Accept, Authorization, Cookie',
    'Content-Security-Policy': "sandbox; default-src 'none'",
  });
  if (request.method === 'HEAD') return void response.end();
  await pipeline(openComparisonText(bare, text), response, { signal: bare.signal });
}
