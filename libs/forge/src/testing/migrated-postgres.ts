import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, type EmbeddedPostgres } from '@granary/embedded-postgres';
import { Client } from 'pg';
import { openDatabase } from '../database/data-source';
import { ENTITIES } from '../entities';

const run = promisify(execFile);
const ROOT = join(__dirname, '../../../..');
const DATABASE = join(__dirname, '../database');

/** Where the server of a run listens, as `tools/testing/spec-postgres.cjs` says it; not there where one spec runs alone. */
// eslint-disable-next-line no-restricted-properties -- Jest hands over to its workers what its setup made only so
const SERVER = process.env.GRANARY_SPEC_POSTGRES;

export type SpecPostgres = Pick<EmbeddedPostgres, 'host' | 'user' | 'database' | 'stop'>;

/**
 * A database of one spec's own with the schema and nothing in it: in the server of the run, or in one that is started in
 * `dir` for it alone.
 */
export function startMigratedPostgres(dir: string): Promise<SpecPostgres> {
  return SERVER === undefined ? startTemplate(dir) : createDatabase(JSON.parse(SERVER) as Server);
}

/** Creating and migrating a database takes longer than most specs do: it is a copy of one that was made once for these migrations. */
export async function startTemplate(dir: string): Promise<EmbeddedPostgres> {
  const template = join(ROOT, '.cache', `test-database-${fingerprint()}`);
  if (!existsSync(template)) await makeTemplate(template);
  await run('cp', ['-a', template, dir]);
  return startPostgres({ dir });
}

type Server = Pick<EmbeddedPostgres, 'host' | 'user' | 'database'>;

async function createDatabase({ host, user, database: template }: Server): Promise<SpecPostgres> {
  const database = `spec_${randomUUID().replaceAll('-', '')}`;
  const administer = async (...statements: string[]) => {
    const client = new Client({ host, user, database: 'template1' });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  // Whoever looks into the template would keep others from copying it. What a spec writes need not outlive the machine.
  await administer(
    `CREATE DATABASE ${database} TEMPLATE ${template}`,
    `ALTER DATABASE ${database} SET synchronous_commit = off`,
  );
  return { host, user, database, stop: () => administer(`DROP DATABASE ${database} WITH (FORCE)`) };
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(DATABASE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  for (const path of [...sources.sort().map((name) => join(DATABASE, name)), join(ROOT, 'package-lock.json')])
    hash.update(readFileSync(path)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Beside its place first: another process may be making it at the same moment. */
async function makeTemplate(template: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'granary-template-'));
  // The account that root lends to Postgres must get through.
  await chmod(scratch, 0o755);
  const made = join(scratch, 'postgres');
  const { host, user, database, stop } = await startPostgres({ dir: made });
  const connection = await openDatabase({ host, user, database }, ENTITIES, { onPoolError: () => undefined });
  await connection.destroy();
  await stop();
  const beside = `${template}.${process.pid}`;
  await mkdir(dirname(template), { recursive: true });
  await run('cp', ['-a', made, beside]);
  await rm(scratch, { recursive: true });
  await rename(beside, template).catch(() => rm(beside, { recursive: true }));
}
