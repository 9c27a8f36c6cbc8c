export * from './config';
export { ConfigError, type Environment } from './environment';
export * from './unknown-variables';
export * from './notes';
export { isEverywhere } from './kinds';
