import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile, DomainError } from '@granary/kernel';
import type { DataSource, EntityManager } from 'typeorm';

const FILE = 'hub.id';
/** Any number will do, as long as every process of a hub takes the same. */
const CLAIM_LOCK = 7_291_047;
const SAMPLE = 100;

export interface HubInstance {
  id: string;
  /** Whether one half or both have been copied since they were last compared: a backup was restored, or a disk moved. */
  isCopy: boolean;
  /** Call it once what differed between the halves has been settled. */
  confirm(): Promise<void>;
}

interface Row {
  data_dir_id: string;
  copy_mark: string | null;
}

/**
 * Sees to it that the database and the data directory belong together. The first process that opens both writes the same
 * id into both; any number may do so at once.
 *
 * @throws DomainError `unavailable` in one line, when either belongs to something else. Nothing is changed then.
 */
export async function openHubInstance(database: DataSource, root: string): Promise<HubInstance> {
  const { row, id } = await database.transaction(async (manager) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [CLAIM_LOCK]);
    const [found] = await manager.query<Row[]>('SELECT data_dir_id, copy_mark FROM hub_instance');
    const own = await readId(root);
    if (found && found.data_dir_id === own) return { row: found, id: own };
    return { row: found, id: await adopt(manager, root, { own, theirs: found?.data_dir_id ?? null }) };
  });
  const mark = await copyMark(database, root);
  const confirm = async () => void (await database.query('UPDATE hub_instance SET copy_mark = $1', [mark]));
  // A hub of an older version has compared nothing yet, and was not copied either.
  const isCopy = row?.copy_mark != null && !isSameMark(row.copy_mark, mark);
  if (!isCopy && row?.copy_mark !== mark) await confirm();
  return { id, isCopy, confirm };
}

/** One of the halves does not know the other yet. */
async function adopt(
  manager: EntityManager,
  root: string,
  { own, theirs }: { own: string | null; theirs: string | null },
): Promise<string> {
  if (theirs !== null && own !== null) throw stranger(root, theirs);
  const recorded = await recordedRepositories(manager);
  // Either was made before they had ids, or restored without: what the directory holds says whose it is.
  const isKnown = await areThere(root, recorded);
  if (!isKnown && (theirs !== null || recorded.length > 0)) throw stranger(root, theirs);
  if (recorded.length === 0 && (await hasRepositories(root))) throw otherDatabase(root);
  const id = theirs ?? own ?? randomUUID();
  // Before the row is committed: a start that is cut off here leaves a file that the next one takes.
  if (own === null) await createFile(join(root, FILE), { content: `${id}\n`, mode: 0o600 });
  await manager.query('INSERT INTO hub_instance (data_dir_id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  return id;
}

async function readId(root: string): Promise<string | null> {
  try {
    return (await readFile(join(root, FILE), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Ids of some repositories, the latest first. */
async function recordedRepositories(manager: EntityManager): Promise<number[]> {
  const rows = await manager.query<{ id: string }[]>(`SELECT id FROM repositories ORDER BY id DESC LIMIT ${SAMPLE}`);
  return rows.map(({ id }) => Number(id));
}

async function areThere(root: string, ids: readonly number[]): Promise<boolean> {
  for (const id of ids) {
    const shard = (id % 256).toString(16).padStart(2, '0');
    const found = await stat(join(root, 'repositories', shard, `${id}.git`)).catch(() => null);
    if (found) return true;
  }
  return false;
}

async function hasRepositories(root: string): Promise<boolean> {
  const shards = await readdir(join(root, 'repositories')).catch(() => []);
  for (const shard of shards) {
    const names = await readdir(join(root, 'repositories', shard)).catch(() => []);
    if (names.some((name) => /^\d+\.git$/.test(name))) return true;
  }
  return false;
}

/**
 * What a copy cannot have in common with what it was copied from: where the database keeps its tables (new after
 * pg_restore) and when its files were last put there (where this account may ask); the number of the file in its file
 * system and the time of its entry there, which nobody can set (new after cp, tar, rsync); and the number of the directory
 * of the repositories, which may be restored alone. A file system that is rolled back in place leaves no trace: then the
 * doctor compares.
 */
async function copyMark(database: DataSource, root: string): Promise<string> {
  const [row] = await database.query<[{ database: string; relation: string; may_ask: boolean }]>(
    `SELECT d.oid AS database, 'hub_instance'::regclass::oid AS relation,
            has_function_privilege('pg_stat_file(text)', 'EXECUTE') AS may_ask
       FROM pg_database d WHERE d.datname = current_database()`,
  );
  const changed = row.may_ask ? await databaseChangedAt(database) : '';
  const file = await stat(join(root, FILE));
  const repositories = await stat(join(root, 'repositories')).catch(() => null);
  return [
    ...[row.database, row.relation, file.ino],
    ...[Math.floor(file.ctimeMs), changed, repositories?.ino ?? ''],
  ].join(':');
}

/** When the directory of the database's server got its first file: at `initdb`, or when it was copied. */
async function databaseChangedAt(database: DataSource): Promise<string> {
  const sql = `SELECT floor(extract(epoch FROM change) * 1000)::text AS at FROM pg_stat_file('PG_VERSION')`;
  const rows = await database.query<{ at: string | null }[]>(sql).catch(() => []);
  return rows[0]?.at ?? '';
}

/** Marks of before a release knew less of what a copy changes. */
function isSameMark(former: string, mark: string): boolean {
  return mark === former || (former.split(':').length === 3 && mark.startsWith(`${former}:`));
}

function stranger(root: string, id: string | null): DomainError {
  const way =
    id === null
      ? ''
      : ` If this directory was put in place of the former one on purpose, write ${id} into ${join(root, FILE)}.`;
  return new DomainError('unavailable', `The database belongs to another data directory than ${root}.`, {
    hint: `Set GRANARY_DATA_DIR to the directory that it was used with, or DATABASE_URL to the database of this directory.${way}`,
  });
}

function otherDatabase(root: string): DomainError {
  return new DomainError('unavailable', `The data directory ${root} belongs to another database: this one is empty.`, {
    hint: `Set DATABASE_URL to the database that it was used with, or GRANARY_DATA_DIR to an empty directory. To begin anew beside these files, remove ${join(root, FILE)} and the directory repositories.`,
  });
}
