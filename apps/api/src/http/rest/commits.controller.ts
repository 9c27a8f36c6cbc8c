import { ListCommits } from '@granary/api-contract';
import {
  AccountsService,
  fullName,
  readCommit,
  readCommitDiff,
  readHistory,
  SignaturesService,
  type BareRepository,
  type HistoryFilter,
  type OpenRepository,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { isOid, type LogRecord } from '@granary/wire';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { BrowseReader } from '../pages/browse.reader';
import { pageOf, sendPage, type Page } from '../pagination';
import {
  presentCommitDetail,
  presentGitCommit,
  presentGitTag,
  presentRestCommit,
  urlsOf,
} from '../presenters/commit.presenter';
import { clientGone } from '../transfer/client-gone';
import { commitOf } from './commit-of';

const FILES_A_COMMIT = 300;

/** As GitHub's: a commit has all files that most have on one page, where nobody asks for fewer. */
function filesPageOf(query: Record<string, unknown>): Page {
  const asked = pageOf(query);
  if (query['per_page'] !== undefined) return asked;
  const offset = (asked.page - 1) * FILES_A_COMMIT;
  return { page: asked.page, perPage: FILES_A_COMMIT, limit: FILES_A_COMMIT + 1, offset };
}

/** GitHub's "Commits" and, of its "Git database", commits and tags. */
@Controller('api/v3/repos/:ns/:repo')
@Surface('rest')
@InRepository('read')
export class CommitsController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly signatures: SignaturesService,
    private readonly accounts: AccountsService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Get('commits')
  async list(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const page = pageOf(query);
    const commits = await this.history(bare, ListCommits.parse(query), page);
    const rows = sendPage(commits, page, { request, response, baseUrl: this.outside.baseUrl });
    const context = await this.contextOf(opened, bare, rows);
    return rows.map((commit) => presentRestCommit(commit, context(commit)));
  }

  @Get('commits/:ref')
  async one(
    @Opened() opened: OpenRepository,
    @Param('ref') ref: string,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const page = filesPageOf(query);
    // sendPage learns from one row too many that there is a next page; git reads one file more for it.
    const diff = await readCommitDiff(bare, await commitOf(bare, ref), page);
    const files = sendPage(diff.files, page, { request, response, baseUrl: this.outside.baseUrl });
    const context = await this.contextOf(opened, bare, [diff.commit]);
    return presentCommitDetail({ ...diff, files }, context(diff.commit));
  }

  @Get('git/commits/:sha')
  async gitCommit(
    @Opened() opened: OpenRepository,
    @Param('sha') sha: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const commit = await readCommit(bare, sha);
    const context = await this.contextOf(opened, bare, [commit]);
    const { verification, urls } = context(commit);
    return presentGitCommit(commit, verification, urls);
  }

  @Get('git/tags/:sha')
  async gitTag(
    @Opened() opened: OpenRepository,
    @Param('sha') sha: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const tag = isOid(sha) ? (await this.signatures.ofTags(bare.path, [sha])).get(sha) : undefined;
    if (!tag) throw new DomainError('not_found', 'Not Found');
    return presentGitTag(sha, tag, urlsOf(fullName(opened.repository), this.outside.baseUrl));
  }

  /** One more than a page holds, where there are more. */
  private async history(
    bare: BareRepository,
    query: ListCommits,
    { page, perPage }: { page: number; perPage: number },
  ): Promise<LogRecord[]> {
    const sha = await commitOf(bare, query.sha ?? '');
    const authorEmail = query.author === undefined ? undefined : await this.emailOf(query.author);
    if (authorEmail === null) return [];
    const filter: HistoryFilter = {
      since: query.since === undefined ? undefined : new Date(query.since),
      until: query.until === undefined ? undefined : new Date(query.until),
      authorEmail,
    };
    const history = await readHistory(bare, { sha, path: query.path ?? '', page, perPage, filter });
    // sendPage learns from one row too many that there is a next page.
    const last = history.commits.at(-1);
    return history.hasNext && last ? [...history.commits, last] : history.commits;
  }

  /** Of an author as GitHub's query names one; null when nobody is called so. */
  private async emailOf(author: string): Promise<string | null> {
    return author.includes('@') ? author : ((await this.accounts.byName(author))?.email ?? null);
  }

  /** What is known of the people and the signatures of all `commits`, in a constant number of queries. */
  private async contextOf(opened: OpenRepository, bare: BareRepository, commits: LogRecord[]) {
    const [facts, verifications] = await Promise.all([
      this.reader.facts(opened, { commits }),
      this.reader.verifications(bare, commits),
    ]);
    const urls = urlsOf(fullName(opened.repository), this.outside.baseUrl);
    return ({ sha }: LogRecord) => {
      const verification = verifications.get(sha);
      if (!verification) throw new DomainError('not_found', 'Not Found');
      return { facts, verification, urls };
    };
  }
}
