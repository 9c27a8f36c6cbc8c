export * from './audit-action';
export * from './audit-search';
export * from './audit.service';
export * from './origin';
