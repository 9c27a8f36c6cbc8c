export * from './rate-limiter';
export * from './flexible-rate-limits';
