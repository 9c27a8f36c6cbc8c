export * from './config';
export * from './data-dir';
export * from './explain';
export * from './first-admin';
export * from './nest-log';
export * from './runtime';
