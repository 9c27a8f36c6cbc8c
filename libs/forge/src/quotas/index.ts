export * from './quotas.service';
