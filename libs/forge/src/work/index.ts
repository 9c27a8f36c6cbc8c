export { CATALOGUE, type HubJobs, type HubQueue } from './catalogue';
export * from './purge-job.service';
export * from './job-failures.service';
export * from './queue-report.service';
export * from './repository-inspection.service';
export * from './recount.service';
export * from './sweeps.service';
export * from './work.service';
export * from './git-commit-reader';
