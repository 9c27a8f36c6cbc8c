import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NewCommitsService } from '../pushes';
import { RepositoriesService } from '../repositories';
import { COMMIT_READER } from '../webhooks';
import { GitCommitReader } from './git-commit-reader';
import { JobFailuresService } from './job-failures.service';
import { PurgeJobService } from './purge-job.service';
import { QueueReportService } from './queue-report.service';
import { RecountService } from './recount.service';
import { RepositoryInspectionService } from './repository-inspection.service';
import { SweepsService } from './sweeps.service';
import { WorkService } from './work.service';

/** Tells `webhooks` about commits. */
const COMMITS = {
  provide: COMMIT_READER,
  inject: [RepositoriesService, DataSource, NewCommitsService],
  useFactory: (repositories: RepositoriesService, database: DataSource, news: NewCommitsService) =>
    new GitCommitReader(repositories, { database, news }),
};

const SERVICES = [
  COMMITS,
  JobFailuresService,
  QueueReportService,
  RecountService,
  PurgeJobService,
  RepositoryInspectionService,
  SweepsService,
  WorkService,
];

@Module({ providers: SERVICES, exports: SERVICES })
export class WorkModule {}
