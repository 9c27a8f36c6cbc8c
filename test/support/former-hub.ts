import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@granary/embedded-postgres';
import { Client } from 'pg';
import facts from '../fixtures/hub-dd00dba/facts.json';
import { ROOT } from './hub-process';
import { runOk } from './run';
import { workspace } from './workspace';

const FIXTURE = join(ROOT, 'test/fixtures/hub-dd00dba');
/** What begins a personal token; left out of the files, which would look like a leak otherwise. */
const TOKEN_PREFIX = 'gry_pat_';

export const formerFacts = facts;
export const formerToken = (rest: string) => TOKEN_PREFIX + rest;

/** The data directory of a hub of commit dd00dba (test/fixtures/hub-dd00dba/README.md). */
export interface FormerHub {
  dataDir: string;
  /** The private SSH key that alice registered. */
  keyPath: string;
}

/**
 * Puts the directory and its database where a hub finds them, as if it had been killed a moment ago.
 *
 * @param receiver `host:port` that the webhooks send to.
 */
export async function restoreFormerHub(receiver: string): Promise<FormerHub> {
  const former = await restoreFormerFiles();
  const { host, user, database: name, stop } = await startPostgres({ dir: join(former.dataDir, 'postgres') });
  const database = new Client({ host, user, database: name });
  await database.connect();
  await restoreFormerDatabase(database, receiver);
  await database.end();
  await stop();
  return former;
}

export async function restoreFormerFiles(): Promise<FormerHub> {
  const place = workspace('former');
  await runOk('tar', ['-xzf', join(FIXTURE, 'files.tar.gz'), '-C', place]);
  return { dataDir: join(place, 'data'), keyPath: join(place, 'alice.key') };
}

export async function restoreFormerDatabase(database: Client, receiver = facts.webhook.address): Promise<void> {
  const dump = readFileSync(join(FIXTURE, 'database.sql'), 'utf8');
  await database.query(dump.replaceAll(facts.webhook.address, receiver));
  await bringToToday(database);
}

/** Otherwise the hub would tidy up what has expired since. */
async function bringToToday(database: Client): Promise<void> {
  const { rows } = await database.query<{ name: string; columns: string[] }>(
    `SELECT table_name AS name, array_agg(column_name::text) AS columns FROM information_schema.columns
      WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' GROUP BY table_name`,
  );
  // Audit entries refuse to be changed otherwise.
  await database.query('SET session_replication_role = replica');
  for (const { name, columns } of rows) {
    const changes = columns.map((column) => `${column} = ${column} + (now() - '${facts.madeAt}'::timestamptz)`);
    await database.query(`UPDATE public.${name} SET ${changes.join(', ')}`);
  }
  await database.query('RESET session_replication_role');
}
