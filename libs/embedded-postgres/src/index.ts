export { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './embedded-postgres';
