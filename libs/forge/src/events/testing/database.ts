import 'reflect-metadata';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@granary/kernel';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../database/data-source';
import { ENTITIES } from '../../entities';
import { startMigratedPostgres } from '../../testing/migrated-postgres';

export interface TestDatabase {
  database: DataSource;
  /** For a job queue on the same server. */
  connection: { host: string; user: string; database: string };
  stop(): Promise<void>;
}

/** A real Postgres with the schema and nothing in it. */
export async function startDatabase(): Promise<TestDatabase> {
  const root = mkdtempSync(join(tmpdir(), 'granary-forge-'));
  // The account that root lends to Postgres must get through.
  chmodSync(root, 0o755);
  const postgres = await startMigratedPostgres(join(root, 'postgres'));
  const { host, user, database: name } = postgres;
  const connection = { host, user, database: name };
  const database = await openDatabase(connection, ENTITIES, { onPoolError: () => undefined });
  return {
    database,
    connection,
    stop: async () => {
      await database.destroy();
      await postgres.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export interface TestClock extends Clock {
  advance(ms: number): void;
  set(time: Date): void;
}

export function testClock(start = new Date('2026-03-01T12:00:00Z')): TestClock {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    advance: (ms) => void (now += ms),
    set: (time) => void (now = time.getTime()),
  };
}

let names = 0;

/** A user with a namespace of the same name and a repository `project` in it. */
export async function createRepository(
  database: DataSource,
): Promise<{ userId: number; repositoryId: number; name: string }> {
  const name = `ada${++names}`;
  const [[user]] = [await database.query('INSERT INTO users (name) VALUES ($1) RETURNING id', [name])];
  const [namespace] = await database.query(
    `INSERT INTO namespaces (name, name_folded, kind, owner_user_id) VALUES ($1, $1, 'user', $2) RETURNING id`,
    [name, user.id],
  );
  const [repository] = await database.query(
    `INSERT INTO repositories (namespace_id, name, name_folded, visibility) VALUES ($1, 'project', 'project', 'private') RETURNING id`,
    [namespace.id],
  );
  return { userId: user.id, repositoryId: repository.id, name };
}

/** For programs that hang, not for those that are slow. */
const PATIENCE_MS = 20_000;

/** @throws Error that shows `holds` when it does not within twenty seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const late = new Error(`not within ${PATIENCE_MS} ms: ${holds}`);
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw late;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
