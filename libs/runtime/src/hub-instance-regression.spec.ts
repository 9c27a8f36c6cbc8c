import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@granary/embedded-postgres';
import { ENTITIES, openDatabase } from '@granary/forge';
import type { DataSource } from 'typeorm';
import { openHubInstance } from './hub-instance';

let scratch: string;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
const databases: DataSource[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'granary-instance-'));
  await chmod(scratch, 0o755);
  postgres = await startPostgres({ dir: join(scratch, 'postgres') });
});
afterAll(async () => {
  for (const database of databases) await database.destroy();
  await postgres.stop();
  await rm(scratch, { recursive: true, force: true });
});

/** A database of its own for each test, with the hub's tables. */
async function freshDatabase(name: string): Promise<DataSource> {
  const { host, user } = postgres;
  const connection = { host, user, poolSize: 5 };
  const admin =
    databases[0] ??
    (await openDatabase({ ...connection, database: postgres.database }, ENTITIES, { onPoolError: ignore }));
  if (databases.length === 0) databases.push(admin);
  await admin.query(`CREATE DATABASE "${name}"`);
  const database = await openDatabase({ ...connection, database: name }, ENTITIES, { onPoolError: ignore });
  databases.push(database);
  return database;
}

/** Connections that break when Postgres is stopped are no failure. */
const ignore = () => undefined;

async function freshDirectory(name: string): Promise<string> {
  const root = join(scratch, name);
  await mkdir(join(root, 'repositories'), { recursive: true });
  return root;
}

/** A repository as the database and the directory know it. */
async function putRepository(database: DataSource, root: string): Promise<void> {
  await database.query(
    `INSERT INTO namespaces (id, name, name_folded, kind) OVERRIDING SYSTEM VALUE VALUES (1, 'ada', 'ada', 'organization')`,
  );
  await database.query(
    `INSERT INTO repositories (id, namespace_id, name, name_folded, visibility, default_branch)
     OVERRIDING SYSTEM VALUE
     VALUES (7, 1, 'engine', 'engine', 'private', 'main')`,
  );
  await mkdir(join(root, 'repositories/07/7.git'), { recursive: true });
}

it('gives a database and a directory one id, however many start at once', async () => {
  const [database, root] = [await freshDatabase('at-once'), await freshDirectory('at-once')];
  const opened = await Promise.all(Array.from({ length: 8 }, () => openHubInstance(database, root)));
  expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
  expect((await readFile(join(root, 'hub.id'), 'utf8')).trim()).toBe(opened[0]?.id);
  expect(opened.every(({ isCopy }) => !isCopy)).toBe(true);
});

it('refuses a directory that is not the database’s, and says what to do', async () => {
  const database = await freshDatabase('stranger');
  const own = await freshDirectory('own');
  const { id } = await openHubInstance(database, own);
  const empty = await freshDirectory('empty');
  await expect(openHubInstance(database, empty)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('belongs to another data directory'),
    hint: expect.stringContaining(`write ${id} into ${join(empty, 'hub.id')}`),
  });
  // Of two that start on it at once with directories of their own, none gets in.
  const attempts = await Promise.allSettled(
    ['a', 'b'].map(async (name) => openHubInstance(database, await freshDirectory(name))),
  );
  expect(attempts.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await writeFile(join(empty, 'hub.id'), `${id}\n`);
  expect((await openHubInstance(database, empty)).id).toBe(id);
});

it('refuses an empty database beside the files of another', async () => {
  const root = await freshDirectory('full');
  const database = await freshDatabase('full');
  await openHubInstance(database, root);
  await putRepository(database, root);
  await expect(openHubInstance(await freshDatabase('forgotten'), root)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('belongs to another database'),
  });
});

it('takes hubs of before, whose halves had no ids, when the directory holds what the database names', async () => {
  const [database, root] = [await freshDatabase('before'), await freshDirectory('before')];
  await putRepository(database, root);
  await expect(openHubInstance(database, await freshDirectory('not-before'))).rejects.toThrow('another data directory');
  expect((await openHubInstance(database, root)).isCopy).toBe(false);
});

it('knows a copied directory from the one that it was copied from, until told that they agree', async () => {
  const [database, root] = [await freshDatabase('copied'), await freshDirectory('copied')];
  await openHubInstance(database, root);
  expect((await openHubInstance(database, root)).isCopy).toBe(false);
  const copy = join(scratch, 'the-copy');
  await cp(root, copy, { recursive: true });
  const restored = await openHubInstance(database, copy);
  expect(restored.isCopy).toBe(true);
  expect((await openHubInstance(database, copy)).isCopy).toBe(true);
  await restored.confirm();
  expect((await openHubInstance(database, copy)).isCopy).toBe(false);
});

it('knows when the repositories alone were put back, and the database where its account may ask', async () => {
  const [database, root] = [await freshDatabase('halves'), await freshDirectory('halves')];
  await mkdir(join(root, 'repositories'), { recursive: true });
  await openHubInstance(database, root);
  await rename(join(root, 'repositories'), join(root, 'former'));
  await mkdir(join(root, 'repositories'));
  const restored = await openHubInstance(database, root);
  expect(restored.isCopy).toBe(true);
  await restored.confirm();
  // As after a copy of the server's files, whose time nobody can set.
  await database.query(
    `UPDATE hub_instance SET copy_mark = regexp_replace(copy_mark, '^((?:[^:]*:){4})[^:]+', '\\1' || '1700000000000')`,
  );
  const again = await openHubInstance(database, root);
  expect(again.isCopy).toBe(true);
  await again.confirm();
  expect((await openHubInstance(database, root)).isCopy).toBe(false);
});

it('takes marks of before for what they knew', async () => {
  const [database, root] = [await freshDatabase('marks'), await freshDirectory('marks')];
  await openHubInstance(database, root);
  const shorten = `UPDATE hub_instance SET copy_mark = substring(copy_mark FROM '^[^:]*:[^:]*:[^:]*')`;
  await database.query(shorten);
  expect((await openHubInstance(database, root)).isCopy).toBe(false);
  expect(await database.query('SELECT 1 FROM hub_instance WHERE copy_mark LIKE $1', ['%:%:%:%'])).toHaveLength(1);
  await database.query(shorten);
  await database.query(`UPDATE hub_instance SET copy_mark = copy_mark || '0'`);
  expect((await openHubInstance(database, root)).isCopy).toBe(true);
});
