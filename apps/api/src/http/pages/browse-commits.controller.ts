import { readHistory, realPath } from '@granary/git-process';
import type { CommitPage, CommitsPage } from '@granary/api-contract';
import { readCommitDiff, type CommitDiff, type OpenRepository } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { LfsStates, type LfsFacts } from '../lfs-states';
import { pageOf } from '../pagination';
import { presentDiffFile, presentJudgedCommit } from '../presenters/browse.presenter';
import { clientGone } from '../transfer/client-gone';
import { BrowseReader } from './browse.reader';
import { placeAt, presentAt } from './places';

const FILES_A_PAGE = '100';

/** Page models of history and of one commit. */
@Controller('api/web/repos/:ns/:repo')
@Surface('web')
@InRepository('read')
export class BrowseCommitsController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly lfs: LfsStates,
  ) {}

  @Get('commits')
  async commits(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CommitsPage> {
    const bare = this.reader.bare(opened, clientGone(response));
    const { page, perPage } = pageOf({ page: query['page'] });
    const [frame, asked] = await Promise.all([this.reader.frame(opened, bare), placeAt(bare, query['at'])]);
    if (!asked) return { ...frame, at: null, commits: [], page, has_next: false };
    const place = { ...asked, path: await realPath(bare, { ...asked, isFollowed: false }) };
    const history = await readHistory(bare, { ...place, page, perPage });
    const [facts, verifications] = await Promise.all([
      this.reader.facts(opened, { commits: history.commits }),
      this.reader.verifications(bare, history.commits),
    ]);
    const commits = history.commits.map((commit) => presentJudgedCommit(commit, facts, verifications));
    return { ...frame, at: presentAt(place), commits, page, has_next: history.hasNext };
  }

  @Get('commit')
  async commit(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CommitPage> {
    const bare = this.reader.bare(opened, clientGone(response));
    const { page, perPage, offset } = pageOf({ page: query['page'], per_page: FILES_A_PAGE });
    const place = await placeAt(bare, query['sha']);
    if (!place) throw new DomainError('not_found', 'This repository is empty.');
    if (place.path !== '') throw new DomainError('not_found', 'Commit not found');
    const [frame, diff] = await Promise.all([
      this.reader.frame(opened, bare),
      readCommitDiff(bare, place.sha, { offset, limit: perPage }),
    ]);
    const [facts, verifications, lfs] = await Promise.all([
      this.reader.facts(opened, { commits: [diff.commit] }),
      this.reader.verifications(bare, [diff.commit]),
      this.lfsOf(opened, diff, bare.signal),
    ]);
    return {
      ...frame,
      commit: presentJudgedCommit(diff.commit, facts, verifications),
      files: diff.files.map((file) => presentDiffFile(file, lfs)),
      additions: diff.additions,
      file_count: diff.fileCount,
      deletions: diff.deletions,
      page,
      per_page: perPage,
      has_next: diff.fileCount > offset + perPage,
    };
  }

  /** Each side has the `.lfsconfig` of its own commit. */
  private lfsOf(
    opened: OpenRepository,
    { commit, files }: CommitDiff,
    signal?: AbortSignal,
  ): Promise<{ before: LfsFacts; after: LfsFacts }> {
    const { sha, parents } = commit;
    return this.lfs.ofBoth(opened, {
      before: { pointers: files.flatMap(({ oldLfs }) => oldLfs ?? []), sha: parents[0] ?? sha, signal },
      after: { pointers: files.flatMap(({ newLfs }) => newLfs ?? []), sha, signal },
    });
  }
}
