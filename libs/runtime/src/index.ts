export * from './config';
export * from './data-dir';
export * from './error-facts';
export * from './explain';
export * from './first-admin';
export * from './library-output';
export * from './log';
export * from './runtime';
