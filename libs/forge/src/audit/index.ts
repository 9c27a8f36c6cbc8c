export * from './audit-action';
export * from './audit.service';
export * from './origin';
