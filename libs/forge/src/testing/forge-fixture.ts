import 'reflect-metadata';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForkServer, prepareGitHome, type GitHome } from '@granary/git-process';
import type { Clock } from '@granary/kernel';
import { openFsObjectStore, type ObjectStore } from '@granary/object-store';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../database/data-source';
import { ENTITIES } from '../entities';
import { ForgeModule } from '../forge.module';
import { AccountsService, type UserActor } from '../identity';
import { NO_LIMITS } from '../quotas';
import { startMigratedPostgres } from './migrated-postgres';
import { openQueue } from './queue';

/** The whole product on real drivers, without HTTP: a database, git and a store of its own. */
export interface ForgeFixture {
  database: DataSource;
  git: GitHome;
  store: ObjectStore;
  get<T>(service: Type<T>): T;
  /** A new user, as its own session has it. */
  user(name: string, options?: { isAdmin?: boolean }): Promise<UserActor>;
  close(): Promise<void>;
}

// Node finds TypeScript by the hook; what is built is JavaScript.
const FORK_SERVER = {
  filename: join(__dirname, '../../../git-process/src/launch/fork-server-program.ts'),
  execArgv: ['--require', join(__dirname, '../../../../tools/lib/typescript-hook.cjs')],
};

export async function openForge({ clock }: { clock?: Clock } = {}): Promise<ForgeFixture> {
  const root = await mkdtemp(join(tmpdir(), 'granary-forge-'));
  // The account that root lends to Postgres must get through.
  await chmod(root, 0o755);
  const postgres = await startMigratedPostgres(join(root, 'postgres'));
  const { host, user, database: name } = postgres;
  const connection = { host, user, database: name };
  const database = await openDatabase(connection, ENTITIES, { onPoolError: () => undefined });
  const launcher = await ForkServer.open({ program: FORK_SERVER });
  const git = { ...(await prepareGitHome(join(root, 'git'))), launcher: atOwnPriority(launcher) };
  const store = await openFsObjectStore({ root: join(root, 'objects') });
  const queue = await openQueue(connection);
  const options = {
    baseUrl: 'http://hub.example',
    repositoriesDir: join(root, 'repositories'),
    instanceSecret: Buffer.alloc(32, 1),
    minRsaBits: 3072,
    deletedGraceDays: 14,
    auditDays: 365,
    maxPushRefs: 1_000,
    lfs: { direct: true, graceDays: 14, undeleteDays: 14, scrubDays: 30, scrubBytesPerSecond: 1024 ** 3 },
    defaultLimits: NO_LIMITS,
    webhooks: { allowHttp: false, allowedHosts: [] },
    archives: {
      spoolDir: join(root, 'archives'),
      cacheBytes: 64 * 1024 * 1024,
      cacheDays: 7,
      redirects: false,
      maxEntries: 100_000,
      maxContentBytes: 2 ** 36,
      maxMinutes: 30,
      buildsPerRepository: 4,
      builds: 4,
    },
    version: '0',
    ssh: null,
  };
  const app: INestApplicationContext = await NestFactory.createApplicationContext(
    ForgeModule.on({ database, git, store, queue, options, clock }),
    { logger: false },
  );
  return {
    database,
    git,
    store,
    get: (service) => app.get(service),
    user: (login, more) => createUser(app, login, more),
    close: async () => {
      await app.close();
      await queue.close({ graceMs: 1000 });
      await database.destroy();
      await store.close();
      await launcher.close();
      await postgres.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Upkeep gives way to everybody on the machine. Here it is what a test waits for, and on a busy one it would for minutes. */
function atOwnPriority(launcher: ForkServer): GitHome['launcher'] {
  return {
    launch: (program) => {
      if (program.command !== 'nice') return launcher.launch(program);
      const [, , command = '', ...args] = program.args;
      return launcher.launch({ ...program, command, args, isBackground: false });
    },
  };
}

async function createUser(
  app: INestApplicationContext,
  name: string,
  { isAdmin = false }: { isAdmin?: boolean } = {},
): Promise<UserActor> {
  const user = await app.get(AccountsService).create({ name, password: 'long enough password', isAdmin });
  return { kind: 'user', userId: user.id, name, isAdmin, via: 'session', scopes: null, repositoryIds: null };
}
