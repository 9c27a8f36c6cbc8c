export * from './config';
export * from './data-dir';
export * from './first-admin';
export * from './runtime';
