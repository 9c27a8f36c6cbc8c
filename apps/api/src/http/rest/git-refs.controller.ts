import { encodePath, routes, type CreateGitRef, type GitRef, type UpdateGitRef } from '@granary/api-contract';
import {
  fullName,
  GIT_HOME,
  RefMovesService,
  RepositoriesService,
  type Actor,
  type OpenRepository,
} from '@granary/forge';
import { listVisibleRefs, type GitHome, type Ref } from '@granary/git-process';
import { DomainError, invalidField } from '@granary/kernel';
import { checkRefName } from '@granary/wire';
import { Controller, Inject, Param, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentActor, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { pageOf, sendPage } from '../pagination';
import { BodyOf, Route } from '../route';
import { wildcard } from '../wildcard';
import { EMPTY } from './commit-of';

/** Of `heads/main`, as GitHub's addresses have it, or `refs/heads/main`, as its answers do. */
const fullNameOf = (text: string) => (text.startsWith('refs/') ? text : `refs/${text}`);

const headOf = ({ repository }: OpenRepository) => `refs/heads/${repository.defaultBranch}`;

/** GitHub's `git/refs`. Every move passes the same rules as a push. */
@Controller()
@Surface('rest')
export class GitRefsController {
  constructor(
    private readonly moves: RefMovesService,
    private readonly repositories: RepositoriesService,
    private readonly outside: OutsideAddresses,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {}

  @Route(routes.getGitRef)
  @InRepository('read')
  async one(@Opened() opened: OpenRepository, @Param('ref') name: unknown) {
    const ref = await this.find(opened, wildcard(name));
    if (!ref) throw await this.noRef(opened);
    return this.present(opened, ref);
  }

  /** What answers have as a ref's own address; of a folder all that is below it, as older programs list refs. */
  @Route(routes.getGitRefOrBelow)
  @InRepository('read')
  async oneOrBelow(
    @Opened() opened: OpenRepository,
    @Param('ref') name: unknown,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const ref = await this.find(opened, wildcard(name));
    if (ref) return this.present(opened, ref);
    const below = await this.page(opened, `${fullNameOf(wildcard(name))}/`, { request, response });
    if (below.length === 0) throw await this.noRef(opened);
    return below;
  }

  @Route(routes.listMatchingRefs)
  @InRepository('read')
  async matching(
    @Opened() opened: OpenRepository,
    @Param('ref') name: unknown,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    return this.page(opened, fullNameOf(wildcard(name)), { request, response });
  }

  @Route(routes.createGitRef)
  @InRepository('write')
  async create(
    @CurrentActor() actor: Actor,
    @Opened() opened: OpenRepository,
    @BodyOf(routes.createGitRef) { ref, sha }: CreateGitRef,
  ) {
    if (!ref.startsWith('refs/')) throw invalidField('ref', 'ref must be a full name: refs/heads/<branch>.', 'invalid');
    if (await this.find(opened, ref)) throw new DomainError('invalid', 'Reference already exists');
    const command = { ref, oldOid: '0'.repeat(sha.length), newOid: sha };
    await this.moves.move({ actor, opened, commands: [command] });
    return this.presentNew(opened, ref);
  }

  @Route(routes.updateGitRef)
  @InRepository('write')
  async update(
    @CurrentActor() actor: Actor,
    @Opened() opened: OpenRepository,
    @Param('ref') name: unknown,
    @BodyOf(routes.updateGitRef) { sha, force }: UpdateGitRef,
  ) {
    const current = await this.require(opened, wildcard(name));
    const command = { ref: current.name, oldOid: current.oid, newOid: sha };
    await this.moves.move({ actor, opened, commands: [command], force });
    return this.presentNew(opened, current.name);
  }

  @Route(routes.deleteGitRef)
  @InRepository('write')
  async remove(@CurrentActor() actor: Actor, @Opened() opened: OpenRepository, @Param('ref') name: unknown) {
    const current = await this.require(opened, wildcard(name));
    const command = { ref: current.name, oldOid: current.oid, newOid: '0'.repeat(current.oid.length) };
    await this.moves.move({ actor, opened, commands: [command] });
  }

  /** Of the refs whose full names begin with `prefix`. */
  private async page(opened: OpenRepository, prefix: string, to: { request: HubRequest; response: Response }) {
    const page = pageOf(to.request.query);
    // A prefix may end anywhere, even behind a slash; with something behind it, it must be able to name a ref.
    if (checkRefName(`${prefix}x`) !== null) return [];
    // Git matches whole parts of a name, GitHub any beginning: the last part is left to us.
    const patterns = [prefix.slice(0, prefix.lastIndexOf('/') + 1)];
    const all = await listVisibleRefs(this.git, this.pathOf(opened), { patterns });
    const matching = all.filter((ref) => ref.name.startsWith(prefix));
    const found = matching.slice(page.offset, page.offset + page.limit);
    const at = { ...to, baseUrl: this.outside.baseUrl, total: matching.length };
    return sendPage(found, page, at).map((ref) => this.present(opened, ref));
  }

  private pathOf({ repository }: OpenRepository): string {
    return this.repositories.storage.pathOf(repository.id);
  }

  /** @param text `heads/main`, `refs/heads/main` or `HEAD`. */
  private async find(opened: OpenRepository, text: string): Promise<Ref | null> {
    const name = text === 'HEAD' ? headOf(opened) : fullNameOf(text);
    if (checkRefName(name) !== null) return null;
    const [ref] = await listVisibleRefs(this.git, this.pathOf(opened), { patterns: [name], limit: 1 });
    return ref?.name === name ? ref : null;
  }

  /** Programs tell by the 409 that they may make the first commit. */
  private async noRef(opened: OpenRepository): Promise<DomainError> {
    const isEmpty =
      (await listVisibleRefs(this.git, this.pathOf(opened), { patterns: ['refs/heads/', 'refs/tags/'], limit: 1 }))
        .length === 0;
    return isEmpty ? new DomainError('conflict', EMPTY) : new DomainError('not_found', 'Not Found');
  }

  /** GitHub answers 422, not 404, where a ref that shall move is not there. */
  private async require(opened: OpenRepository, text: string): Promise<Ref> {
    const ref = await this.find(opened, text);
    if (!ref) throw new DomainError('invalid', 'Reference does not exist');
    return ref;
  }

  private async presentNew(opened: OpenRepository, name: string): Promise<GitRef> {
    return this.present(opened, await this.require(opened, name));
  }

  private present({ repository }: OpenRepository, { name, oid, objectType }: Ref): GitRef {
    const url = `${this.outside.baseUrl}/api/v3/repos/${fullName(repository)}/git`;
    return {
      ref: name,
      node_id: Buffer.from(`Ref:${repository.id}:${name}`).toString('base64'),
      url: `${url}/${encodePath(name)}`,
      object: { type: objectType, sha: oid, url: `${url}/${objectType}s/${oid}` },
    };
  }
}
