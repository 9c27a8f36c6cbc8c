import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, type EmbeddedPostgres } from '@granary/embedded-postgres';
import { openDatabase } from '../database/data-source';
import { ENTITIES } from '../entities';

const run = promisify(execFile);
const ROOT = join(__dirname, '../../../..');
const DATABASE = join(__dirname, '../database');

/**
 * A Postgres of one spec's own with the schema and nothing in it. Creating and migrating it takes longer than most
 * specs do: it is a copy of one that was made once for these migrations.
 */
export async function startMigratedPostgres(dir: string): Promise<EmbeddedPostgres> {
  const template = join(ROOT, '.cache', `test-database-${fingerprint()}`);
  if (!existsSync(template)) await makeTemplate(template);
  await run('cp', ['-a', template, dir]);
  return startPostgres({ dir });
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
