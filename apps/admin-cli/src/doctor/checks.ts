import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LfsObject, OBJECT_STORE, RepositoriesService } from '@granary/forge';
import { formatBytes } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import type { Config } from '@granary/runtime';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { checkEvents } from './events';
import { checkLfsUpkeep } from './lfs-upkeep';

export interface CheckResult {
  /** What was looked at, in a few words. */
  summary: string;
  /** Empty when all is well. */
  problems: string[];
}

export interface Check {
  name: string;
  run(app: INestApplicationContext, config: Config): Promise<CheckResult>;
}

const PAGE = 1000;

async function checkDatabase(app: INestApplicationContext): Promise<CheckResult> {
  const database = app.get(DataSource);
  const [row] = (await database.query('SHOW server_version')) as { server_version: string }[];
  const isBehind = await database.showMigrations();
  return {
    summary: `Postgres ${row?.server_version}, ${database.migrations.length} migrations`,
    problems: isBehind ? ['Migrations are missing: start the hub once.'] : [],
  };
}

async function checkStore(app: INestApplicationContext): Promise<CheckResult> {
  const store = app.get<ObjectStore>(OBJECT_STORE);
  await store.check();
  return { summary: store.kind === 'fs' ? 'a directory' : 'an S3 bucket', problems: [] };
}

async function checkRepositories(app: INestApplicationContext): Promise<CheckResult> {
  const database = app.get(DataSource);
  const { storage } = app.get(RepositoriesService);
  const problems: string[] = [];
  let [count, last] = [0, 0];
  for (;;) {
    const rows = (await database.query(
      `SELECT r.id, n.name || '/' || r.name AS name FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
        WHERE r.id > $1 ORDER BY r.id LIMIT ${PAGE}`,
      [last],
    )) as { id: number; name: string }[];
    for (const { id, name } of rows) {
      const head = await stat(join(storage.pathOf(id), 'HEAD')).catch(() => null);
      if (!head?.isFile()) problems.push(`${name} (${id}) has no repository in ${storage.pathOf(id)}`);
    }
    count += rows.length;
    const next = rows.at(-1)?.id;
    if (next === undefined) return { summary: `${count} repositories`, problems };
    last = next;
  }
}

async function checkLfsObjects(app: INestApplicationContext): Promise<CheckResult> {
  const store = app.get<ObjectStore>(OBJECT_STORE);
  const { manager } = app.get(DataSource);
  const problems: string[] = [];
  let [count, bytes, last] = [0, 0, ''];
  for (;;) {
    // Every link names one of these: the database holds it to that. What is known to be damaged is told of below.
    const where = { oid: MoreThan(last), damagedAt: IsNull() };
    const page = await manager.find(LfsObject, { where, order: { oid: 'ASC' }, take: PAGE });
    for (const { oid, sizeBytes, storageKey } of page) {
      const found = await store.stat(storageKey);
      if (!found) problems.push(`${oid} is missing`);
      else if (found.sizeBytes !== sizeBytes) problems.push(`${oid} has ${found.sizeBytes} bytes, not ${sizeBytes}`);
      bytes += sizeBytes;
    }
    count += page.length;
    const next = page.at(-1)?.oid;
    if (next === undefined) return { summary: `${count} objects, ${formatBytes(bytes)}`, problems };
    last = next;
  }
}

export const CHECKS: readonly Check[] = [
  { name: 'database', run: checkDatabase },
  { name: 'object store', run: checkStore },
  { name: 'repositories', run: checkRepositories },
  { name: 'LFS objects', run: checkLfsObjects },
  { name: 'LFS upkeep', run: checkLfsUpkeep },
  { name: 'events', run: checkEvents },
];
