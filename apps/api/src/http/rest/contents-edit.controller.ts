import { findEntry, readCommit, type GitRepository, type Person } from '@granary/git-process';
import { branchRef, DeleteContents, routes, type ContentsChanged, type PutContents } from '@granary/api-contract';
import {
  EditsService,
  fullName,
  type Change,
  type EditMade,
  type EditPlace,
  type OpenRepository,
  type UserActor,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Body, Controller, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentUser, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { LargeBody } from '../large-body';
import { OutsideAddresses } from '../outside';
import { BrowseReader } from '../pages/browse.reader';
import { presentGitCommit, urlsOf } from '../presenters/commit.presenter';
import { presentEntryContent } from '../presenters/contents.presenter';
import { BodyOf, Route } from '../route';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';

/** Where a commit shall stand, and how to read what is there. */
interface Target {
  opened: OpenRepository;
  bare: GitRepository;
  place: EditPlace;
}

type CommitFields = Pick<PutContents, 'message' | 'author' | 'committer'>;

/** The part of GitHub's "Contents" that makes commits, of one file each. */
@Controller()
@Surface('rest')
@InRepository('write')
export class ContentsEditController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly edits: EditsService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.putContents)
  @LargeBody()
  async put(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Param('path') rest: unknown,
    @BodyOf(routes.putContents) input: PutContents,
    @Res({ passthrough: true }) response: Response,
  ) {
    const path = wildcard(rest);
    const target = await this.target(opened, input.branch, response);
    const isThere = await this.isThere(target, path);
    if (isThere && input.sha === undefined) {
      throw new DomainError('invalid', 'Invalid request.\n\n"sha" wasn\'t supplied.', {
        fields: [{ field: 'sha', code: 'missing_field' }],
      });
    }
    const content = Buffer.from(input.content, 'base64');
    const change: Change = { kind: 'write', path, content, expectedOid: input.sha ?? null };
    const answer = await this.commit(actor, target, { input, change });
    response.status(isThere ? 200 : 201);
    return answer;
  }

  @Route(routes.deleteContents)
  async remove(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Param('path') rest: unknown,
    @Body() body: Record<string, unknown> | undefined,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ) {
    const path = wildcard(rest);
    const input = DeleteContents.parse(Object.keys(body ?? {}).length > 0 ? body : query);
    const target = await this.target(opened, input.branch, response);
    if (!(await this.isThere(target, path))) throw new DomainError('not_found', 'Not Found');
    return this.commit(actor, target, { input, change: { kind: 'delete', path, expectedOid: input.sha } });
  }

  private async target(opened: OpenRepository, branch: string | undefined, response: Response): Promise<Target> {
    const place = await this.edits.place(opened.repository, { branch: branch ?? 'HEAD' });
    return { opened, place, bare: this.reader.bare(opened, clientGone(response)) };
  }

  /** What cannot be a path is refused with the commit. */
  private async isThere({ bare, place }: Target, path: string): Promise<boolean> {
    if (place.parentOid === null) return false;
    try {
      return (await findEntry(bare, { sha: place.parentOid, path })) !== null;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not_found') return false;
      throw error;
    }
  }

  private async commit(
    actor: UserActor,
    target: Target,
    { input, change }: { input: CommitFields; change: Change },
  ): Promise<ContentsChanged> {
    const made = await this.edits.commit(actor, target.opened.repository.id, {
      place: target.place,
      message: input.message,
      changes: [change],
      author: input.author && personOf(input.author),
      committer: input.committer && personOf(input.committer),
      signal: target.bare.signal,
    });
    return this.present(target, { made, path: change.path });
  }

  private async present(
    { opened, bare, place }: Target,
    { made, path }: { made: EditMade; path: string },
  ): Promise<ContentsChanged> {
    const urls = urlsOf(fullName(opened.repository), this.outside.baseUrl);
    const commit = await readCommit(bare, made.commitOid);
    const verification = (await this.reader.verifications(bare, [commit])).get(commit.sha);
    if (!verification) throw new Error('a commit that was just made is gone');
    const blob = made.blobs.get(path);
    return {
      content: blob
        ? presentEntryContent({ path, kind: 'blob', ...blob }, { at: branchRef(place.branch), urls })
        : null,
      commit: presentGitCommit(commit, verification, urls),
    };
  }
}

function personOf({ name, email, date }: NonNullable<CommitFields['author']>): Person {
  return { name, email, date: date === undefined ? undefined : new Date(date) };
}
