export * from './common';
export * from './users';
export * from './repositories';
export * from './hooks';
export * from './browse';
export * from './protection';
export * from './push-rules';
export * from './refs';
