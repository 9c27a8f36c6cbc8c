export { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './embedded-postgres';
export { findRunningPostgres } from './running-postgres';
