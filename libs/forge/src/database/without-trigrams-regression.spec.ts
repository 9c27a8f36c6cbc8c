import { randomUUID } from 'node:crypto';
import { ENTITIES } from '../entities';
import { startDatabase, type TestDatabase } from '../events/testing/database';
import { openDatabase } from './data-source';

const NAME = `plain_${randomUUID().replaceAll('-', '')}`;
const TRIGRAMS = `SELECT count(*)::integer AS n FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'`;

let server: TestDatabase;
beforeAll(async () => {
  server = await startDatabase();
  await server.database.query(`CREATE ROLE ${NAME} LOGIN`);
  await server.database.query(`CREATE DATABASE ${NAME} OWNER ${NAME}`);
});
afterAll(async () => {
  await server.database.query(`DROP DATABASE ${NAME}`);
  await server.database.query(`DROP ROLE ${NAME}`);
  await server.stop();
});

const open = () =>
  openDatabase({ ...server.connection, user: NAME, database: NAME }, ENTITIES, { onPoolError: () => undefined });

it('a database whose owner may create no extension gets every table, and a search reads them all', async () => {
  await server.database.query(`REVOKE CREATE ON DATABASE ${NAME} FROM ${NAME}`);
  const database = await open();
  expect(await database.query(TRIGRAMS)).toEqual([{ n: 0 }]);
  expect(await database.query('SELECT count(*)::integer AS n FROM repository_summaries')).toEqual([{ n: 0 }]);
  await database.destroy();
});

it('has them where the server allows it', async () => {
  expect(await server.database.query(TRIGRAMS)).toEqual([{ n: 3 }]);
});
