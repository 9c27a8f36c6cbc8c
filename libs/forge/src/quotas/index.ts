export * from './limits';
export * from './quotas.service';
export * from './quota-report.service';
