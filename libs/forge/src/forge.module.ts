import type { GitHome } from '@granary/git-process';
import { HandlerTable } from '@granary/job-queue';
import { systemClock, type Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasOrigin } from './audit';
import { QueryCounts } from './database/query-counts';
import { CLOCK, FORGE_OPTIONS, GIT_HOME, JOB_QUEUE, OBJECT_STORE } from './database/tokens';
import { ArchivesModule } from './archives/archives.module';
import { AuditModule } from './audit/audit.module';
import { EditsModule } from './edits/edits.module';
import { EventsModule } from './events/events.module';
import { IdentityModule } from './identity/identity.module';
import { LfsCollectionModule } from './lfs/collection/collection.module';
import { LfsModule } from './lfs/lfs.module';
import { MaintenanceModule } from './maintenance/maintenance.module';
import { OutboundModule } from './outbound/outbound.module';
import { ProtectionModule } from './protection/protection.module';
import { PushesModule } from './pushes/pushes.module';
import { QuotasModule } from './quotas/quotas.module';
import { RateLimitsModule } from './rate-limits/rate-limits.module';
import { RefLogModule } from './ref-log/ref-log.module';
import { RepositoriesModule } from './repositories/repositories.module';
import { SignaturesModule } from './signatures/signatures.module';
import { WebhooksModule } from './webhooks/webhooks.module';
import { WorkModule } from './work/work.module';
import type { ForgeOptions } from './options';
import type { HubQueue } from './work';
import { LEDGER_TERMS } from './ledger-terms';
import { Ledger } from './quotas';

/** The drivers that the product stands on; whoever opened them closes them. */
export interface ForgeDrivers {
  database: DataSource;
  git: GitHome;
  store: ObjectStore;
  queue: HubQueue;
  options: ForgeOptions;
  /** The machine's when left out. */
  clock?: Clock;
}

/** A module for each feature, lowest first. */
const FEATURES = [
  AuditModule,
  RateLimitsModule,
  IdentityModule,
  EventsModule,
  RefLogModule,
  QuotasModule,
  RepositoriesModule,
  ProtectionModule,
  SignaturesModule,
  MaintenanceModule,
  LfsModule,
  LfsCollectionModule,
  OutboundModule,
  PushesModule,
  ArchivesModule,
  WebhooksModule,
  EditsModule,
  WorkModule,
];

/** The product: what its drivers provide, and its features, whose services may ask for each other's. */
@Module({})
export class ForgeModule {
  static on(drivers: ForgeDrivers): DynamicModule {
    const queries = new QueryCounts(() => (hasOrigin() ? 'request' : 'hub'));
    drivers.database.logger = queries;
    const providers: Provider[] = [
      { provide: DataSource, useValue: drivers.database },
      { provide: GIT_HOME, useValue: drivers.git },
      { provide: OBJECT_STORE, useValue: drivers.store },
      { provide: JOB_QUEUE, useValue: drivers.queue },
      { provide: FORGE_OPTIONS, useValue: drivers.options },
      { provide: Ledger, useValue: new Ledger(LEDGER_TERMS) },
      { provide: QueryCounts, useValue: queries },
      { provide: HandlerTable, useValue: new HandlerTable() },
      { provide: CLOCK, useValue: drivers.clock ?? systemClock },
    ];
    return { module: ForgeModule, global: true, imports: FEATURES, providers, exports: [...providers, ...FEATURES] };
  }
}
