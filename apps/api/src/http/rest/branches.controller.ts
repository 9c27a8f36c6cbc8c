import {
  atOf,
  branchRef,
  pageBelow,
  routes,
  type Branch,
  type BranchDetail,
  type ProtectionRole,
  type SetBranchProtection,
} from '@granary/api-contract';
import {
  fullName,
  GIT_HOME,
  protectionsOf,
  ProtectionsService,
  RepositoriesService,
  type OpenRepository,
  type Protection,
} from '@granary/forge';
import { branchNamed, countRefs, listVisibleRefs, readCommit, type GitHome, type Ref } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { checkRefName } from '@granary/wire';
import { Controller, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { pageOf, sendPage } from '../pagination';
import { BrowseReader } from '../pages/browse.reader';
import { presentRestCommit } from '../presenters/commit.presenter';
import { presentBranchProtection } from '../presenters/protection.presenter';
import { BodyOf, Route } from '../route';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';
import { CommitViews } from './commit-views';

const HEADS = 'refs/heads/';
/** Status checks are required nowhere. */
const NO_STATUS_CHECKS = { enforcement_level: 'off' as const, contexts: [], checks: [] };

/** Branches and their protection in GitHub's words; `protections` beside it knows patterns and tags, too. */
@Controller()
@Surface('rest')
export class BranchesController {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly protections: ProtectionsService,
    private readonly reader: BrowseReader,
    private readonly views: CommitViews,
    private readonly outside: OutsideAddresses,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {}

  @Route(routes.listBranches)
  @InRepository('read')
  async list(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const page = pageOf(query);
    const path = this.pathOf(opened);
    const [refs, total, protections] = await Promise.all([
      listVisibleRefs(this.git, path, { patterns: [HEADS], limit: page.offset + page.limit }),
      countRefs({ home: this.git, path }, HEADS),
      this.protections.list(opened.repository.id),
    ]);
    const rows = sendPage(refs.slice(page.offset), page, { request, response, baseUrl: this.outside.baseUrl, total });
    return rows.map((ref) => this.present(opened, ref, protections));
  }

  @Route(routes.getBranchProtection)
  @InRepository('maintain')
  async protection(@Opened() opened: OpenRepository, @Param('branch') name: unknown) {
    const branch = await this.require(opened, this.named(opened, name));
    return this.presentProtection(opened, await this.own(opened, branch));
  }

  @Route(routes.setBranchProtection)
  @InRepository('admin')
  async protect(
    @Opened() opened: OpenRepository,
    @Param('branch') name: unknown,
    @BodyOf(routes.setBranchProtection) body: SetBranchProtection,
  ) {
    const { repository } = opened;
    const pattern = await this.require(opened, this.named(opened, name));
    const existing = await this.protections.byPattern(repository.id, 'branch', pattern);
    const settings = settingsOf(body);
    const protection = existing
      ? await this.protections.update(repository.id, existing.id, settings)
      : await this.protections.create(repository.id, { kind: 'branch', pattern, ...settings });
    return this.presentProtection(opened, protection);
  }

  @Route(routes.deleteBranchProtection)
  @InRepository('admin')
  async unprotect(@Opened() opened: OpenRepository, @Param('branch') name: unknown) {
    const { id } = await this.own(opened, this.named(opened, name));
    await this.protections.delete(opened.repository.id, id);
  }

  @Route(routes.getBranch)
  @InRepository('read')
  async one(
    @Opened() opened: OpenRepository,
    @Param('branch') name: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BranchDetail> {
    const ref = await this.find(opened, this.named(opened, name));
    const bare = this.reader.bare(opened, clientGone(response));
    const [commit, protections] = await Promise.all([
      readCommit(bare, ref.oid),
      this.protections.list(opened.repository.id),
    ]);
    const context = await this.views.contextOf(opened, bare, [commit]);
    const branch = this.present(opened, ref, protections);
    const url = `${this.urlOf(opened)}/branches/${encodeURIComponent(branch.name)}`;
    const page = `${this.outside.baseUrl}/${fullName(opened.repository)}`;
    const html = pageBelow(page, 'tree', atOf(branchRef(branch.name)));
    return { ...branch, commit: presentRestCommit(commit, context(commit)), _links: { self: url, html } };
  }

  private named({ repository }: OpenRepository, parameter: unknown): string {
    return branchNamed(wildcard(parameter), repository.defaultBranch);
  }

  private pathOf({ repository }: OpenRepository): string {
    return this.repositories.storage.pathOf(repository.id);
  }

  /** @throws DomainError `not_found` */
  private async find(opened: OpenRepository, branch: string): Promise<Ref> {
    const name = HEADS + branch;
    const patterns = [name];
    const refs = checkRefName(name) ? [] : await listVisibleRefs(this.git, this.pathOf(opened), { patterns, limit: 1 });
    const ref = refs.find((candidate) => candidate.name === name);
    if (!ref) throw new DomainError('not_found', 'Branch not found');
    return ref;
  }

  private async require(opened: OpenRepository, branch: string): Promise<string> {
    return (await this.find(opened, branch)).name.slice(HEADS.length);
  }

  private async own({ repository }: OpenRepository, branch: string): Promise<Protection> {
    const protection = await this.protections.byPattern(repository.id, 'branch', branch);
    if (!protection) throw new DomainError('not_found', 'Branch not protected');
    return protection;
  }

  private urlOf({ repository }: OpenRepository): string {
    return `${this.outside.baseUrl}/api/v3/repos/${fullName(repository)}`;
  }

  private present(opened: OpenRepository, { name, oid }: Ref, protections: Protection[]): Branch {
    const url = this.urlOf(opened);
    const short = name.slice(HEADS.length);
    const isProtected = protectionsOf(name, protections).length > 0;
    return {
      name: short,
      commit: { sha: oid, url: `${url}/commits/${oid}` },
      protected: isProtected,
      protection: { enabled: isProtected, required_status_checks: NO_STATUS_CHECKS },
      protection_url: `${url}/branches/${encodeURIComponent(short)}/protection`,
    };
  }

  private async presentProtection(opened: OpenRepository, protection: Protection) {
    const users = await this.protections.namedUsers([protection]);
    const url = `${this.urlOf(opened)}/branches/${encodeURIComponent(protection.pattern)}/protection`;
    return presentBranchProtection(protection, users, { url, baseUrl: this.outside.baseUrl });
  }
}

const NOBODY = { role: null, users: [] };

/** GitHub's switches as ours: who may push is everybody with the role `write`, or the users that `restrictions` name. */
function settingsOf(body: SetBranchProtection) {
  const push = body.restrictions
    ? { role: null, users: body.restrictions.users }
    : { role: 'write' as ProtectionRole, users: [] };
  return {
    push,
    force_push: body.allow_force_pushes ? push : NOBODY,
    delete: body.allow_deletions ? push : NOBODY,
    require_linear_history: body.required_linear_history ?? false,
    enforce_admins: body.enforce_admins ?? false,
  };
}
