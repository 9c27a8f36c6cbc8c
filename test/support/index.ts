export * from './actor';
export * from './eventually';
export * from './hub';
export * from './ports';
export * from './processes';
export * from './run';
export * from './workspace';
export * from './work-tree';
