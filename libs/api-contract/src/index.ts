export * from './common';
export * from './users';
export * from './repositories';
export * from './hooks';
export * from './browse';
