import type { GitHome } from '@granary/git-process';
import { systemClock, type Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { QueryCounts } from './database/query-counts';
import { CLOCK, FORGE_OPTIONS, GIT_HOME, JOB_QUEUE, OBJECT_STORE, RATE_LIMITS } from './database/tokens';
import { ArchiveCacheService, ArchivesService } from './archives';
import { AuditService, hasOrigin } from './audit';
import { EditsService, GitDatabaseService, StagedRoom, UploadCommitsService, UploadsService } from './edits';
import { EventsService, FailedEventsService, OutboxRelay, Subscriptions } from './events';
import {
  AccessTokensService,
  AccountLifecycleService,
  AccountsService,
  AuthenticationService,
  GpgKeysService,
  SessionsService,
  SignInLimits,
  SshKeysService,
} from './identity';
import {
  LastNamedService,
  LfsCollectionService,
  LfsCollectionStateService,
  LfsInspectionService,
  LfsKeepersService,
  LfsMarkService,
  LfsPurgeService,
  LfsScrubService,
  LfsStoredObjectsService,
  LfsSweepService,
  LfsTrashService,
  ReachableTipsService,
} from './lfs/collection';
import {
  LfsActions,
  LfsBatchService,
  LfsLocksService,
  LfsMissingService,
  LfsObjectsService,
  LfsPartsService,
  LfsResumableService,
  LfsServersService,
  LfsStaging,
  LfsUploadsService,
  LfsVerificationsService,
  LockPlacesService,
  LockSearchService,
} from './lfs';
import {
  GitPurgeService,
  KeptTipsService,
  MaintenanceService,
  MaintenanceStateService,
  PurgeRequestsService,
} from './maintenance';
import { LEDGER_TERMS } from './ledger-terms';
import type { ForgeOptions } from './options';
import {
  DiskRoomService,
  InitialCommitService,
  FirstPushService,
  PushesService,
  PushJudge,
  NewCommitsService,
  LfsDemandService,
  PushRecordService,
  ReconcileService,
  RefMovesService,
  UnreferencedObjectsService,
} from './pushes';
import { ProtectionsService, PushRulesService } from './protection';
import { postgresRateLimits } from './rate-limits';
import { Ledger, QuotaReportService, QuotasService } from './quotas';
import {
  CatFilesService,
  CollaboratorsService,
  RepositoriesService,
  RepositoryAccessService,
  RepositoryListsService,
  RepositoryLock,
} from './repositories';
import { RefLogService } from './ref-log';
import { OutboundHttp } from './outbound';
import { SignaturesService } from './signatures';
import {
  COMMIT_READER,
  DeliveryLogService,
  DeliverySweepService,
  DeliveryTurnsService,
  PayloadBuilder,
  WebhookDeliveryService,
  WebhookFanoutService,
  WebhookJobsService,
  WebhooksService,
} from './webhooks';
import {
  GitCommitReader,
  type HubQueue,
  JobFailuresService,
  QueueReportService,
  PurgeJobService,
  RecountService,
  RepositoryInspectionService,
  SweepsService,
  WorkService,
} from './work';

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

const SERVICES = [
  AuditService,
  AccountLifecycleService,
  AccountsService,
  SessionsService,
  AccessTokensService,
  SshKeysService,
  GpgKeysService,
  SignInLimits,
  AuthenticationService,
  EventsService,
  Subscriptions,
  OutboxRelay,
  FailedEventsService,
  RefLogService,
  RepositoryAccessService,
  RepositoriesService,
  CatFilesService,
  RepositoryListsService,
  CollaboratorsService,
  ProtectionsService,
  PushRulesService,
  SignaturesService,
  KeptTipsService,
  MaintenanceStateService,
  RepositoryLock,
  MaintenanceService,
  GitPurgeService,
  PurgeRequestsService,
  QuotasService,
  QuotaReportService,
  LfsUploadsService,
  LfsObjectsService,
  LfsCollectionService,
  LfsCollectionStateService,
  LastNamedService,
  LfsKeepersService,
  LfsInspectionService,
  LfsMarkService,
  LfsPurgeService,
  LfsScrubService,
  LfsStoredObjectsService,
  LfsSweepService,
  LfsTrashService,
  ReachableTipsService,
  LfsStaging,
  LfsVerificationsService,
  LfsResumableService,
  LfsActions,
  LfsPartsService,
  LfsBatchService,
  LfsLocksService,
  LockPlacesService,
  LfsMissingService,
  LfsServersService,
  LockSearchService,
  NewCommitsService,
  PushRecordService,
  PushJudge,
  LfsDemandService,
  FirstPushService,
  DiskRoomService,
  PushesService,
  RefMovesService,
  UnreferencedObjectsService,
  ReconcileService,
  InitialCommitService,
  ArchiveCacheService,
  ArchivesService,
  EditsService,
  GitDatabaseService,
  StagedRoom,
  UploadsService,
  UploadCommitsService,
  PayloadBuilder,
  WebhooksService,
  DeliveryLogService,
  DeliverySweepService,
  DeliveryTurnsService,
  WebhookDeliveryService,
  WebhookFanoutService,
  WebhookJobsService,
  JobFailuresService,
  QueueReportService,
  RecountService,
  PurgeJobService,
  RepositoryInspectionService,
  SweepsService,
  WorkService,
];

@Module({})
export class ForgeModule {
  static on(drivers: ForgeDrivers): DynamicModule {
    const queries = new QueryCounts(() => (hasOrigin() ? 'request' : 'hub'));
    drivers.database.logger = queries;
    const values: Provider[] = [
      { provide: DataSource, useValue: drivers.database },
      { provide: GIT_HOME, useValue: drivers.git },
      { provide: OBJECT_STORE, useValue: drivers.store },
      { provide: JOB_QUEUE, useValue: drivers.queue },
      { provide: FORGE_OPTIONS, useValue: drivers.options },
      { provide: RATE_LIMITS, useValue: postgresRateLimits(drivers.database) },
      { provide: Ledger, useValue: new Ledger(LEDGER_TERMS) },
      { provide: QueryCounts, useValue: queries },
      { provide: CLOCK, useValue: drivers.clock ?? systemClock },
      { provide: OutboundHttp, useFactory: () => new OutboundHttp(drivers.options.webhooks) },
      {
        provide: COMMIT_READER,
        useFactory: (repositories: RepositoriesService, news: NewCommitsService) =>
          new GitCommitReader(repositories, { database: drivers.database, news }),
        inject: [RepositoriesService, NewCommitsService],
      },
    ];
    const providers = [...values, ...SERVICES];
    return { module: ForgeModule, global: true, providers, exports: providers };
  }
}
