import { countHistory, readCommit, readHistory, type GitRepository, type HistoryFilter } from '@granary/git-process';
import { ListCommits, routes } from '@granary/api-contract';
import { AccountsService, fullName, readCommitDiff, SignaturesService, type OpenRepository } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { isOid, type LogRecord } from '@granary/wire';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
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
import { Route } from '../route';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';
import { COMMIT_FORMS, sendCommitForm } from '../commit-forms';
import { commitToListFrom, requireCommit } from './commit-of';
import { CommitViews } from './commit-views';
import { mediaForm } from './media-type';
import { noteLastModified } from './rest-answers.interceptor';

/** Where counting takes longer, nothing says which page is the last. */
const COUNT_TIMEOUT_MS = 1_500;

const FILES_A_COMMIT = 300;

/** As GitHub's: a commit has all files that most have on one page, where nobody asks for fewer. */
function filesPageOf(query: Record<string, unknown>): Page {
  const asked = pageOf(query);
  if (query['per_page'] !== undefined) return asked;
  const offset = (asked.page - 1) * FILES_A_COMMIT;
  return { page: asked.page, perPage: FILES_A_COMMIT, limit: FILES_A_COMMIT + 1, offset };
}

/** GitHub's "Commits" and, of its "Git database", commits and tags. */
@Controller()
@Surface('rest')
@InRepository('read')
export class CommitsController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly views: CommitViews,
    private readonly signatures: SignaturesService,
    private readonly accounts: AccountsService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.listCommits)
  async list(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const page = pageOf(query);
    const { commits, total } = await this.history(bare, ListCommits.parse(query), page);
    const rows = sendPage(commits, page, { request, response, baseUrl: this.outside.baseUrl, total });
    const context = await this.views.contextOf(opened, bare, rows);
    return rows.map((commit) => presentRestCommit(commit, context(commit)));
  }

  @Route(routes.getCommit)
  async one(
    @Opened() opened: OpenRepository,
    @Param('ref') rest: unknown,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res() response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const ref = wildcard(rest);
    const sha = await requireCommit(bare, ref);
    const form = mediaForm(request, COMMIT_FORMS);
    if (form !== 'json') return sendCommitForm(bare, { sha, form }, { request, response });
    const page = filesPageOf(query);
    // sendPage learns from one row too many that there is a next page; git reads one file more for it.
    const diff = await readCommitDiff(bare, sha, page);
    const at = { request, response, baseUrl: this.outside.baseUrl, total: diff.fileCount };
    const files = sendPage(diff.files, page, at);
    const context = await this.views.contextOf(opened, bare, [diff.commit]);
    // A branch may come to stand at another commit of the same second.
    if (sha === ref) noteLastModified(response, [new Date(diff.commit.committer.date)]);
    return response.json(presentCommitDetail({ ...diff, files }, context(diff.commit)));
  }

  @Route(routes.getGitCommit)
  async gitCommit(
    @Opened() opened: OpenRepository,
    @Param('sha') sha: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const commit = await readCommit(bare, sha);
    const context = await this.views.contextOf(opened, bare, [commit]);
    const { verification, urls } = context(commit);
    return presentGitCommit(commit, verification, urls);
  }

  @Route(routes.getGitTag)
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
    bare: GitRepository,
    query: ListCommits,
    { page, perPage }: { page: number; perPage: number },
  ): Promise<{ commits: LogRecord[]; total: number | null }> {
    const sha = await commitToListFrom(bare, query.sha ?? '');
    const authorEmail = query.author === undefined ? undefined : await this.emailOf(query.author);
    if (authorEmail === null) return { commits: [], total: 0 };
    const filter: HistoryFilter = {
      since: query.since === undefined ? undefined : new Date(query.since),
      until: query.until === undefined ? undefined : new Date(query.until),
      authorEmail,
    };
    const asked = { sha, path: query.path ?? '', filter };
    const { commits, hasNext } = await readHistory(bare, { ...asked, page, perPage });
    const last = commits.at(-1);
    if (!hasNext || !last) return { commits, total: commits.length > 0 ? (page - 1) * perPage + commits.length : null };
    // sendPage learns from one row too many that there is a next page.
    return { commits: [...commits, last], total: await countHistory(bare, asked, COUNT_TIMEOUT_MS) };
  }

  /** Of an author as GitHub's query names one; null when nobody is called so. */
  private async emailOf(author: string): Promise<string | null> {
    return author.includes('@') ? author : ((await this.accounts.byName(author))?.email ?? null);
  }
}
