import { existsSync, readdirSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '@granary/embedded-postgres';
import { Client } from 'pg';
import { redisServer, type TestServer } from '../../libs/job-queue/src/testing/servers';
import { parseConfig } from '../../libs/runtime/src/config';
import { checkServices } from '../../libs/runtime/src/services/check-services';
import { freePort, Hub, run, workspace } from '../support';
import { atEnd } from '../support/cleanup';
import { ROOT } from '../support/hub-process';
import { startS3, type S3Server } from '../support/s3';

const CLI = join(ROOT, 'dist/apps/admin-cli/src/main.js');
let postgres: EmbeddedPostgres;
let redis: TestServer;
let s3: S3Server;
let closedPort: number;

const databaseUrl = (user: string, database: string, password = '') =>
  `postgres://${user}${password && `:${password}`}@localhost/${database}?host=${encodeURIComponent(postgres.host)}`;
const redisUrl = () => ('redisUrl' in redis.connection ? redis.connection.redisUrl : '');

async function sql(...statements: string[]) {
  const client = new Client({ connectionString: databaseUrl(postgres.user, postgres.database) });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** A Postgres that wants a password of `locked`, and gives `reader` no right to make anything. */
async function preparePostgres() {
  postgres = await startPostgres({ dir: join(workspace('database'), 'postgres') });
  atEnd(() => postgres.stop());
  await sql(
    `CREATE ROLE locked LOGIN PASSWORD 'right'`,
    'CREATE ROLE reader LOGIN',
    'CREATE ROLE owner LOGIN',
    'CREATE DATABASE hub OWNER owner',
    'CREATE DATABASE tables_only',
  );
  const hba = join(postgres.dataDir, 'pg_hba.conf');
  const rest = await readFile(hba, 'utf8');
  await writeFile(hba, 'local all locked scram-sha-256\n');
  await appendFile(hba, rest);
  await sql('SELECT pg_reload_conf()');
}

beforeAll(async () => {
  closedPort = await freePort();
  redis = await redisServer();
  [s3] = await Promise.all([startS3(), preparePostgres(), redis.start()]);
  atEnd(() => redis.dispose());
  atEnd(() => s3.stop());
});

const refusal = (env: Record<string, string>) =>
  checkServices(parseConfig(env)).then(
    () => null,
    (error: Error) => error.message,
  );

it('tells what is wrong with DATABASE_URL in one line', async () => {
  const told = async (url: string) => refusal({ DATABASE_URL: url });
  expect(await told(`postgres://u:hunter2@127.0.0.1:${closedPort}/db`)).toBe(
    `DATABASE_URL names 127.0.0.1:${closedPort}, where no Postgres answers (ECONNREFUSED).`,
  );
  expect(await told('postgres://u:hunter2@no-such-host.invalid/db')).toMatch(
    /^DATABASE_URL names no-such-host\.invalid:5432, where .*ENOTFOUND/,
  );
  expect(await told(databaseUrl('locked', 'hub', 'hunter2'))).toMatch(
    /^DATABASE_URL names .* refuses the user and password of it\.$/,
  );
  expect(await told(databaseUrl('owner', 'absent'))).toMatch(/^DATABASE_URL names .* has no database of that name\.$/);
  expect(await told(databaseUrl('nobody_such', 'hub'))).toMatch(/^DATABASE_URL names .* lets the user of it not in/);
  expect(await told(databaseUrl('reader', 'hub'))).toBe(
    'DATABASE_URL gives reader no right to create tables in the schema public of hub.',
  );
  expect(await told(databaseUrl('owner', 'hub'))).toBeNull();
});

it('asks for the right to make a schema only where the queue needs one', async () => {
  const admin = new Client({ connectionString: databaseUrl(postgres.user, 'tables_only') });
  await admin.connect();
  await admin.query('GRANT CREATE ON SCHEMA public TO reader');
  await admin.end();
  const env = { DATABASE_URL: databaseUrl('reader', 'tables_only') };
  expect(await refusal(env)).toMatch(
    /^DATABASE_URL gives reader no right to create a schema in tables_only, .*REDIS_URL/,
  );
  expect(await refusal({ ...env, REDIS_URL: redisUrl() })).toBeNull();
});

it('tells what is wrong with REDIS_URL in one line', async () => {
  expect(await refusal({ REDIS_URL: `redis://:hunter2@127.0.0.1:${closedPort}` })).toBe(
    `REDIS_URL names 127.0.0.1:${closedPort}, where no Redis answers (ECONNREFUSED).`,
  );
  expect(await refusal({ REDIS_URL: redisUrl().replace('redis://', 'redis://stranger:hunter2@') })).toMatch(
    /^REDIS_URL names a Redis \(.*\) that refuses the user and password of it\.$/,
  );
  const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  atEnd(() => void web.close());
  expect(await refusal({ REDIS_URL: `redis://127.0.0.1:${(web.address() as AddressInfo).port}` })).toMatch(
    /^REDIS_URL names .*, where no Redis answers/,
  );
  expect(await refusal({ REDIS_URL: redisUrl() })).toBeNull();
});

it('tells which of the S3 variables is wrong in one line', async () => {
  const { endpoint, accessKey, secretKey, region } = s3;
  const bucket = await s3.makeBucket('there');
  const env = {
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY: accessKey,
    S3_SECRET_KEY: secretKey,
    S3_REGION: region,
  };
  expect(await refusal({ ...env, S3_BUCKET: 'absent' })).toBe(
    `S3_BUCKET names "absent", which does not exist at ${endpoint}.`,
  );
  expect(await refusal({ ...env, S3_SECRET_KEY: 'hunter2' })).toMatch(
    /^S3_ACCESS_KEY and S3_SECRET_KEY are refused for the bucket "there"/,
  );
  expect(await refusal({ ...env, S3_ENDPOINT: `http://127.0.0.1:${closedPort}` })).toMatch(
    /^S3_ENDPOINT names .*, where no S3 store answers \(.*ECONNREFUSED.*\)\.$/,
  );
  expect(await refusal(env)).toBeNull();
});

it('starts nothing and leaves nothing behind when a service is not there', async () => {
  const url = `postgres://u:hunter2@127.0.0.1:${closedPort}/db`;
  const hub = await Hub.launchOnly({ env: { DATABASE_URL: url } });
  expect(await hub.process.exit()).toBe(1);
  expect(hub.process.stderr).toMatch(/^granary: DATABASE_URL names [^\n]+ECONNREFUSED\)\.\n$/);
  expect(hub.process.output).not.toContain('hunter2');
  expect(readdirSync(hub.dataDir)).toEqual([]);
});

it('makes no hub from the command line', async () => {
  const dataDir = join(workspace('never'), 'data');
  const env = { PATH: process.env.PATH, GRANARY_DATA_DIR: dataDir, GRANARY_PROT: '1' };
  const { code, stdout, stderr } = await run(process.execPath, [CLI, 'user', 'list'], { env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`granary: There is no hub in ${dataDir}.\nSet GRANARY_DATA_DIR`);
  expect(stderr).toContain('GRANARY_PROT is not a variable of Granary and does nothing. Did you mean GRANARY_PORT?');
  expect(existsSync(dataDir)).toBe(false);
});
