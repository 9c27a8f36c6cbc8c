import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { callApi, eventually, Hub, run, runOk, type HubOptions } from '../support';
import { startDatabase } from '../support/database';
import { formerFacts, formerToken, restoreFormerDatabase, restoreFormerFiles } from '../support/former-hub';
import { ROOT } from '../support/hub-process';

const NEWER = 'FromTomorrow1999999999999';
const CLI = join(ROOT, 'dist/apps/admin-cli/src/main.js');

let url: string;
let stopDatabase: () => Promise<void>;
let database: Client;
let dataDir: string;

beforeAll(async () => {
  ({ url, stop: stopDatabase } = await startDatabase());
});
afterAll(() => stopDatabase());

beforeEach(async () => {
  ({ dataDir } = await restoreFormerFiles());
  await runOk('chmod', ['-R', 'go=', dataDir]);
  database = new Client({ connectionString: url, application_name: 'the test' });
  await database.connect();
  await database.query('DROP SCHEMA IF EXISTS public, bullmq CASCADE; CREATE SCHEMA public');
  await restoreFormerDatabase(database);
});
afterEach(() => database.end());

const env = () => ({ DATABASE_URL: url, GRANARY_MODE: 'all' });
const options = (): HubOptions => ({ dataDir, ssh: false, env: env() });
const sql = async <T>(query: string) => (await database.query<T & object>(query)).rows as T[];

/** Every file below `root` with its mode, size, time and content. */
function filesOf(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stat = lstatSync(join(root, name));
      const content = stat.isFile() ? readFileSync(join(root, name)) : '';
      return [
        name,
        stat.mode,
        stat.size,
        stat.mtimeMs,
        stat.ino,
        createHash('sha256').update(content).digest('hex'),
      ].join(' ');
    });
}

/** Every column, index and row, and nothing of the queue's. */
async function databaseIs(): Promise<unknown> {
  const columns = await sql(
    `SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
      WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
  );
  const indexes = await sql(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`);
  const tables = await sql<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const rows: unknown[] = [];
  for (const { name } of tables) rows.push(name, await sql(`SELECT t::text FROM ${name} t ORDER BY 1`));
  return { columns, indexes, rows };
}

const everything = async () => ({ files: filesOf(dataDir), database: await databaseIs() });

/** A start that is refused: what the hub wrote to standard error, but for its log. */
async function refusedStart(): Promise<string> {
  const hub = await Hub.launchOnly(options());
  expect(await hub.process.exit()).toBe(1);
  return hub.process.stderr;
}

async function expectAllThere(): Promise<void> {
  const hub = await Hub.start(options());
  const { alice } = formerFacts.people;
  const authorization = `Bearer ${formerToken(alice.token)}`;
  const path = '/api/v3/repos/alice/harvest';
  expect((await callApi(hub, { method: 'GET', path, authorization })).body).toMatchObject({ lfs_object_count: 1 });
  expect(await hub.stop()).toBe(0);
}

it('refuses what a newer version has used, in plain words, and touches nothing', async () => {
  await database.query(`INSERT INTO migrations (timestamp, name) VALUES (1999999999999, '${NEWER}')`);
  const before = await everything();
  const words =
    `granary: The database belongs to a newer version of Granary: ${NEWER} is unknown here.\n` +
    'Start that version, or restore the backup that was made before it. Nothing was changed.\n';
  expect(await refusedStart()).toBe(words);
  const command = await run(process.execPath, [CLI, 'user', 'list'], {
    env: { PATH: process.env.PATH, HOME: dataDir, GRANARY_DATA_DIR: dataDir, ...env() },
  });
  expect(command).toEqual({ code: 1, stdout: '', stderr: words });
  expect(await everything()).toEqual(before);
});

it('says in plain words why the tables cannot be brought up to date, leaves all of them, and goes on later', async () => {
  await database.query('CREATE TABLE hub_instance (a_stray_hand integer)');
  const before = await databaseIs();
  expect(await refusedStart()).toBe(
    'granary: The database cannot be brought up to date: relation "hub_instance" already exists.\n' +
      'Nothing was changed, and the former version runs with it as before.\n',
  );
  expect(await databaseIs()).toEqual(before);
  await database.query('DROP TABLE hub_instance');
  await expectAllThere();
});

it('leaves everything as it was when it is killed in the middle, and the next start goes on', async () => {
  const before = await databaseIs();
  // The migrations come to this table after others.
  const other = new Client({ connectionString: url });
  await other.connect();
  await other.query('BEGIN; LOCK TABLE webhooks IN SHARE MODE');
  const hub = await Hub.launchOnly(options());
  const waiting = `SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'granary'`;
  await eventually('a migration waiting', async () => /ALTER TABLE webhooks/.test(JSON.stringify(await sql(waiting))));
  const [{ changed }] = (await sql<{ changed: number }>(
    `SELECT count(*)::int AS changed FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted`,
  )) as [{ changed: number }];
  expect(changed).toBeGreaterThan(5);
  await hub.kill();
  await other.end();
  await eventually('the end of its connections', async () => {
    const [open] = await sql(`SELECT 1 FROM pg_stat_activity WHERE application_name = 'granary'`);
    return open === undefined;
  });
  expect(await databaseIs()).toEqual(before);
  await expectAllThere();
});

it('goes on where a version stopped that brought tables up to date one after the other', async () => {
  await database.query(`ALTER TABLE ssh_keys ADD COLUMN expires_at timestamptz;
    INSERT INTO migrations (timestamp, name) VALUES (1765220000000, 'SshKeyExpiry1765220000000')`);
  await expectAllThere();
});
