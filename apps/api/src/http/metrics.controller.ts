import {
  FailedEventsService,
  GIT_HOME,
  JOB_QUEUE,
  JobFailuresService,
  LfsCollectionService,
  LfsPurgeService,
  LfsScrubService,
  MaintenanceService,
  MaintenanceStateService,
  PACK_CACHE,
  QueryCounts,
} from '@granary/forge';
import { type GitHome, GitLimits, KnownAnswers, type PackCache, RefAdvertiser } from '@granary/git-process';
import type { JobQueue } from '@granary/job-queue';
import { Renderer } from '@granary/render';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Scraper } from '../access/access.decorators';
import { FailureCounts } from '../errors/failure-counts';
import { WorkPlaces } from '../flow/work-places';
import { IdleConnections } from '../flow/idle-connections';
import { PageThread } from '../pages/page-thread';
import { StallWatch } from '../flow/stall-watch';
import { Surface } from '../surface/surface';
import { BrokenUploads } from './transfer/broken-uploads';
import { measureFlow } from './flow-metrics';
import { measureQueries } from './database-metrics';
import { measurePacks, measurePrograms, measureRefs } from './git-metrics';
import { measureLfs } from './lfs-metrics';
import { measureMaintenance } from './maintenance-metrics';
import { measureKnownAnswers, measurePages } from './page-metrics';
import { measureRenderings } from './render-metrics';
import { measureQueues } from './queue-metrics';

/** Numbers for Prometheus (text exposition format 0.0.4): for scrapers (docs/metrics.md) and site admins. */
@Controller('metrics')
@Surface('status')
export class MetricsController {
  private readonly registry = new Registry();

  constructor(
    @Inject(JOB_QUEUE) queue: JobQueue,
    @Inject(PACK_CACHE) packs: PackCache | undefined,
    advertiser: RefAdvertiser,
    maintenance: MaintenanceService,
    state: MaintenanceStateService,
    collection: LfsCollectionService,
    purge: LfsPurgeService,
    scrub: LfsScrubService,
    watch: StallWatch,
    idle: IdleConnections,
    @Inject(GIT_HOME) git: GitHome,
    renderer: Renderer,
    events: FailedEventsService,
    jobFailures: JobFailuresService,
    failures: FailureCounts,
    broken: BrokenUploads,
    places: WorkPlaces,
    limits: GitLimits,
    pages: PageThread,
    known: KnownAnswers,
    queries: QueryCounts,
  ) {
    collectDefaultMetrics({ register: this.registry });
    if (packs) measurePacks(this.registry, packs);
    measureRefs(this.registry, advertiser);
    if (git.launcher?.counts) measurePrograms(this.registry, git.launcher.counts);
    measureQueries(this.registry, queries);
    measureFlow(this.registry, { watch, idle, failures, load: () => ({ ...places.load(), ...limits.load() }) });
    measureMaintenance(this.registry, maintenance, state);
    measureRenderings(this.registry, renderer);
    measurePages(this.registry, pages);
    measureKnownAnswers(this.registry, known);
    measureLfs(this.registry, { collection, purge, scrub, broken });
    measureQueues(this.registry, { queue, events, failures: jobFailures });
  }

  @Get()
  @Scraper()
  async metrics(@Res() response: Response) {
    response.set('Content-Type', this.registry.contentType).set('Cache-Control', 'no-store');
    response.send(await this.registry.metrics());
  }
}
