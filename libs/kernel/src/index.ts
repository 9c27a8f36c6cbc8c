export * from './domain-error';
export * from './clock';
export * from './ids';
export * from './text';
export * from './glob';
export * from './address';
export * from './outage';
export * from './durable-file';
