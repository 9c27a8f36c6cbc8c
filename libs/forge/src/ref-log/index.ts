export * from './ref-log.service';
export * from './ref-log-terms';
