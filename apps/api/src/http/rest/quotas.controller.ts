import { resolveHead } from '@granary/git-process';
import { routes, type LfsUsage, type NamespaceQuota, type UpdateQuota } from '@granary/api-contract';
import {
  AccountsService,
  LfsObjectsService,
  mayReadQuota,
  QuotaReportService,
  readLfsUsage,
  type LfsPath,
  type Namespace,
  type OpenRepository,
  type UserActor,
} from '@granary/forge';
import { DomainError, Semaphore } from '@granary/kernel';
import { Controller, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentUser, InRepository, Opened, SignedIn, SiteAdmin } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { BrowseReader } from '../pages/browse.reader';
import { BodyOf, Route } from '../route';
import { clientGone } from '../transfer/client-gone';

const LISTED_ENTRIES = 100;
/** A large tree keeps git busy for a second. */
const SURVEYS = { permits: 2, maxQueued: 20, maxWaitMs: 15_000 };

function presentPath({ name, path, type, bytes, objects }: LfsPath): LfsUsage['entries'][number] {
  return { name, path, type, lfs_bytes: bytes, lfs_objects: objects };
}

function tooManySurveys(retryAfterSeconds: number): DomainError {
  return new DomainError('unavailable', 'Too many repositories are being looked through; try again in a moment.', {
    retryAfterSeconds,
  });
}

/** What namespaces may hold, and who holds what. */
@Controller()
@Surface('rest')
export class QuotasController {
  private readonly surveys = new Semaphore({ ...SURVEYS, refusal: tooManySurveys });

  constructor(
    private readonly accounts: AccountsService,
    private readonly report: QuotaReportService,
    private readonly objects: LfsObjectsService,
    private readonly reader: BrowseReader,
  ) {}

  /** To others it is not there, as it holds the names of private repositories. */
  @Route(routes.getQuota)
  @SignedIn('quota.read')
  async get(@Param('ns') name: string, @CurrentUser() actor: UserActor): Promise<NamespaceQuota> {
    const namespace = await this.accounts.namespaceByName(name);
    if (!namespace || !mayReadQuota(actor, namespace)) throw new DomainError('not_found', 'Not Found');
    return this.report.ofNamespace(namespace);
  }

  @Route(routes.setQuota)
  @SiteAdmin()
  async set(@Param('ns') name: string, @BodyOf(routes.setQuota) change: UpdateQuota): Promise<NamespaceQuota> {
    const { id } = await this.require(name);
    await this.report.setLimits(id, change);
    return this.report.ofNamespace(await this.require(name));
  }

  @Route(routes.getLfsUsage)
  @InRepository('write')
  async usage(
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LfsUsage> {
    const { repository } = opened;
    const signal = clientGone(response);
    const bare = this.reader.bare(opened, signal);
    const path = typeof query['path'] === 'string' ? query['path'] : '';
    const head = await resolveHead(bare);
    if (!head && path !== '') throw new DomainError('not_found', 'Directory not found');
    const linked = (oids: readonly string[]) => this.objects.linked(repository.id, oids);
    const below = head
      ? await this.surveys.run(() => readLfsUsage(bare, { sha: head.sha, path, linked }), signal)
      : { path, bytes: 0, objects: 0, entries: [], isTruncated: false };
    const elsewhere = {
      lfs_bytes: Math.max(0, repository.lfsSizeBytes - below.bytes),
      lfs_objects: Math.max(0, repository.lfsObjectCount - below.objects),
    };
    return {
      ref: head?.ref ?? repository.defaultBranch,
      commit: head?.sha ?? null,
      path: below.path,
      lfs_bytes: below.bytes,
      lfs_objects: below.objects,
      entries: below.entries.slice(0, LISTED_ENTRIES).map(presentPath),
      entries_left_out: Math.max(0, below.entries.length - LISTED_ENTRIES),
      repository: {
        lfs_bytes: repository.lfsSizeBytes,
        lfs_objects: repository.lfsObjectCount,
        elsewhere: below.path === '' && !below.isTruncated ? elsewhere : null,
      },
      truncated: below.isTruncated,
    };
  }

  private async require(name: string): Promise<Namespace> {
    const namespace = await this.accounts.namespaceByName(name);
    if (!namespace) throw new DomainError('not_found', `There is no namespace "${name}".`);
    return namespace;
  }
}
