import {
  JOB_QUEUE,
  LfsCollectionService,
  LfsPurgeService,
  LfsScrubService,
  MaintenanceService,
  MaintenanceStateService,
} from '@granary/forge';
import { RefAdvertiser, type PackCache } from '@granary/git-process';
import type { JobQueue } from '@granary/job-queue';
import { Renderer } from '@granary/render';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Scraper } from '../access/access.decorators';
import { PACK_CACHE } from '../tokens';
import { StallWatch } from '../flow/stall-watch';
import { Surface } from '../surface/surface';
import { measureFlow } from './flow-metrics';
import { measurePacks, measureRefs } from './git-metrics';
import { measureLfs } from './lfs-metrics';
import { measureMaintenance } from './maintenance-metrics';
import { measureRenderings } from './render-metrics';

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
    renderer: Renderer,
  ) {
    collectDefaultMetrics({ register: this.registry });
    if (packs) measurePacks(this.registry, packs);
    measureRefs(this.registry, advertiser);
    measureFlow(this.registry, watch);
    measureMaintenance(this.registry, maintenance, state);
    measureRenderings(this.registry, renderer);
    measureLfs(this.registry, { collection, purge, scrub });
    const jobs = new Gauge({
      name: 'granary_jobs',
      help: 'Jobs by queue and state',
      labelNames: ['queue', 'state'],
      registers: [this.registry],
      async collect() {
        const counts = await queue.counts().catch(() => ({}));
        for (const [name, states] of Object.entries(counts)) {
          for (const [state, count] of Object.entries(states)) jobs.set({ queue: name, state }, count);
        }
      },
    });
  }

  @Get()
  @Scraper()
  async metrics(@Res() response: Response) {
    response.set('Content-Type', this.registry.contentType).set('Cache-Control', 'no-store');
    response.send(await this.registry.metrics());
  }
}
