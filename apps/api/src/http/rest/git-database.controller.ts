import { listEntries, readCommit } from '@granary/git-process';
import {
  routes,
  type CreatedGitBlob,
  type CreateGitBlob,
  type CreateGitCommit,
  type CreateGitTag,
  type CreateGitTree,
  type GitTag,
} from '@granary/api-contract';
import {
  fullName,
  GitDatabaseService,
  SignaturesService,
  type DatedPerson,
  type OpenRepository,
  type UserActor,
  type WritePlace,
} from '@granary/forge';
import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentUser, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { LargeBody } from '../large-body';
import { OutsideAddresses } from '../outside';
import { BrowseReader } from '../pages/browse.reader';
import { presentGitCommit, presentGitTag, urlsOf } from '../presenters/commit.presenter';
import { presentTree } from '../presenters/tree.presenter';
import { BodyOf, Route } from '../route';
import { clientGone } from '../transfer/client-gone';

const MAX_ENTRIES = 100_000;

/** The part of GitHub's "Git database" that makes objects. A ref that is moved to them is judged as a push is. */
@Controller()
@Surface('rest')
@InRepository('write')
export class GitDatabaseController {
  constructor(
    private readonly database: GitDatabaseService,
    private readonly reader: BrowseReader,
    private readonly signatures: SignaturesService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.createGitBlob)
  @LargeBody()
  async blob(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @BodyOf(routes.createGitBlob) { content, encoding }: CreateGitBlob,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CreatedGitBlob> {
    const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
    const sha = await this.database.blob(place(actor, opened, response), bytes);
    const url = `${this.urls(opened).api}/git/blobs/${sha}`;
    response.location(url);
    return { sha, url };
  }

  @Route(routes.createGitTree)
  @LargeBody()
  async tree(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @BodyOf(routes.createGitTree) input: CreateGitTree,
    @Res({ passthrough: true }) response: Response,
  ) {
    const at = place(actor, opened, response);
    const entries = input.tree.map(({ path, mode, sha, content }) => ({ path, mode, oid: sha, content }));
    const sha = await this.database.tree(at, { baseTree: input.base_tree ?? undefined, entries });
    const bare = this.reader.bare(opened, at.signal);
    const { records, isTruncated } = await listEntries(bare, { oid: sha, isRecursive: false, limit: MAX_ENTRIES });
    return presentTree(records, { sha, isTruncated, api: this.urls(opened).api });
  }

  @Route(routes.createGitCommit)
  async commit(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @BodyOf(routes.createGitCommit) input: CreateGitCommit,
    @Res({ passthrough: true }) response: Response,
  ) {
    const at = place(actor, opened, response);
    const sha = await this.database.commit(at, {
      ...input,
      signature: input.signature ?? undefined,
      author: input.author && personOf(input.author),
      committer: input.committer && personOf(input.committer),
    });
    const bare = this.reader.bare(opened, at.signal);
    const commit = await readCommit(bare, sha);
    const verification = (await this.reader.verifications(bare, [commit])).get(sha);
    if (!verification) throw new Error('a commit that was just made is gone');
    return presentGitCommit(commit, verification, this.urls(opened));
  }

  @Route(routes.createGitTag)
  async tag(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @BodyOf(routes.createGitTag) input: CreateGitTag,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GitTag> {
    const at = place(actor, opened, response);
    const sha = await this.database.tag(at, { ...input, tagger: input.tagger && personOf(input.tagger) });
    const tag = (await this.signatures.ofTags(this.reader.bare(opened, at.signal).path, [sha])).get(sha);
    if (!tag) throw new Error('a tag that was just made is gone');
    return presentGitTag(sha, tag, this.urls(opened));
  }

  private urls({ repository }: OpenRepository) {
    return urlsOf(fullName(repository), this.outside.baseUrl);
  }
}

function place(actor: UserActor, opened: OpenRepository, response: Response): WritePlace {
  return { actor, opened, signal: clientGone(response) };
}

type Named = NonNullable<CreateGitCommit['author']>;

function personOf({ name, email, date }: Named): DatedPerson {
  if (date === undefined) return { name, email };
  const [, sign = '+', hours = '00', minutes = '00'] = /([+-])(\d\d):?(\d\d)$/.exec(date) ?? [];
  return { name, email, date: new Date(date), timeZone: `${sign}${hours}${minutes}` };
}
