import { findRunningPostgres, startPostgres } from '@granary/embedded-postgres';
import {
  CATALOGUE,
  ENTITIES,
  openDatabase,
  roomForConnections,
  type DatabaseConnection,
  type ForgeOptions,
  type HubQueue,
} from '@granary/forge';
import { ForkServer, prepareGitHome, type GitHome } from '@granary/git-process';
import { JobQueue, queueConnections, type QueueLog } from '@granary/job-queue';
import { createS3ObjectStore, openFsObjectStore, S3ObjectStore, type ObjectStore } from '@granary/object-store';
import type { DataSource } from 'typeorm';
import type { Config } from './config';
import { DATA_DIRECTORIES, openDataDir, type DataDir } from './data-dir';
import { lockDataDir } from './data-dir-lock';
import { closeDataDir } from './data-dir-privacy';
import { openHubInstance, type HubInstance } from './hub-instance';
import { freeBuffersAtOnce } from './memory';
import { checkS3 } from './services/check-s3';
import { checkSurroundings, waysThrough } from './surroundings';

/** What every process of the hub stands on. */
export interface Runtime {
  config: Config;
  data: DataDir;
  git: GitHome;
  database: DataSource;
  /** The pair of the database and the data directory. */
  instance: HubInstance;
  store: ObjectStore;
  queue: HubQueue;
  forgeOptions: ForgeOptions;
  /** Ends everything that {@link openRuntime} started, in the reverse order. */
  close(): Promise<void>;
}

export interface RuntimeOptions {
  log: QueueLog;
  /** Called as each part begins to start. */
  progress?: (what: string) => void;
  /** A hub locks its data directory; a command beside a running hub does not. */
  lock: boolean;
  /** A command works on the hub that is there; the others make one where there is none. */
  isCommand?: boolean;
  /** Lines for the person who started the hub. */
  note?: (line: string) => void;
}

const NO_CORS =
  'the S3 bucket does not let pages of the hub upload to it: allow it by hand as docs/lfs.md says, or set GRANARY_LFS_DIRECT=off';
const QUEUE_GRACE_MS = 10_000;

/** Starts the parts one by one; when one fails, those before it are ended. */
export async function openRuntime(config: Config, options: RuntimeOptions): Promise<Runtime> {
  freeBuffersAtOnce();
  const closers: (() => Promise<unknown>)[] = [];
  const ending = new AbortController();
  const close = async () => {
    ending.abort();
    for (const closer of closers.splice(0).reverse())
      await closer().catch((err: unknown) => options.log.warn({ err }, 'a part did not end well'));
  };
  try {
    return { ...(await openParts(config, options, { closers, ending: ending.signal })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openParts(
  config: Config,
  options: RuntimeOptions,
  { closers, ending }: { closers: (() => Promise<unknown>)[]; ending: AbortSignal },
): Promise<Omit<Runtime, 'close'>> {
  const { log, progress = () => undefined, lock } = options;
  await checkSurroundings(config, options);
  const data = await openDataDir(config.dataDir);
  if (lock) await keepPrivate(config, data, options);
  // Processes that share a database share a data directory too, each with its own part of the work: only one does all.
  if (lock && (config.mode === 'all' || !config.databaseUrl)) closers.push(await lockDataDir(data.root));
  progress(config.databaseUrl ? 'Connecting to Postgres' : 'Starting Postgres');
  const connection = await openConnection(config, data, { closers, isHub: lock });
  const pools = poolsOf(config);
  const database = await openDatabase({ ...connection, poolSize: pools.database }, ENTITIES, {
    onPoolError: lostConnection(log, ending),
    onUpgrade: (migrations) => tellUpgrade(migrations, options),
  });
  closers.push(() => database.destroy());
  const instance = await openHubInstance(database, data.root);
  // What a newer version left in the directory stays as it is until the database said that none was here.
  const launcher = await ForkServer.open();
  closers.push(() => launcher.close());
  const git = { ...(await prepareGitHome(data.git)), launcher };
  if (lock) await warnOfFewConnections(database, config.databasePool, log);
  const store = await openStore(config, data);
  if (lock && config.lfs.direct) await allowPages(store, config, log);
  closers.push(() => store.close());
  const queue = await JobQueue.open({
    catalogue: CATALOGUE,
    connection: config.redisUrl ? { redisUrl: config.redisUrl } : { postgres: { ...connection, max: pools.queue } },
    log,
  });
  closers.push(() => queue.close({ graceMs: QUEUE_GRACE_MS }));
  return { config, data, git, database, instance, store, queue, forgeOptions: forgeOptionsOf(config, data) };
}

/** When everything ends, Postgres drops the connections that are left: that is no news. */
export function lostConnection(log: QueueLog, ending: AbortSignal): (err: unknown) => void {
  return (err) => {
    if (!ending.aborted) log.warn({ err }, 'a database connection broke');
  };
}

/** At the terminal where somebody sits there, else in the log. */
function tellUpgrade(migrations: number, { progress, log }: RuntimeOptions): void {
  if (progress) progress('Bringing the database of an older version up to date');
  else log.info({ migrations }, 'bringing the database of an older version up to date');
}

/** What was open in a directory that held nothing yet is no news. */
async function keepPrivate(config: Config, { root, isNew }: DataDir, { note }: RuntimeOptions): Promise<void> {
  const lines = await closeDataDir(root, DATA_DIRECTORIES, waysThrough(config));
  if (!isNew) lines.forEach((line) => note?.(line));
}

/** A queue on Redis leaves all of them to the database. */
function poolsOf({ databasePool, redisUrl }: Config): { database: number; queue: number } {
  const queue = redisUrl ? 0 : queueConnections(CATALOGUE.queueNames.length, databasePool);
  return { database: databasePool - queue, queue };
}

async function warnOfFewConnections(database: DataSource, wanted: number, log: QueueLog): Promise<void> {
  const room = await roomForConnections(database);
  if (room >= wanted) return;
  log.warn(
    { room, wanted },
    `Postgres has room for ${room} more connections and this process may open ${wanted}: ` +
      'raise max_connections in Postgres or lower GRANARY_DATABASE_POOL',
  );
}

async function openConnection(
  config: Config,
  data: DataDir,
  { closers, isHub }: { closers: (() => Promise<unknown>)[]; isHub: boolean },
): Promise<DatabaseConnection> {
  if (config.databaseUrl) return { connectionString: config.databaseUrl };
  const running = isHub ? null : await findRunningPostgres({ dir: data.postgres });
  if (running) return running;
  const postgres = await startPostgres({ dir: data.postgres });
  closers.push(() => postgres.stop());
  const { host, user, database } = postgres;
  return { host, user, database };
}

async function openStore(config: Config, data: DataDir): Promise<ObjectStore> {
  if (!config.s3) return openFsObjectStore({ root: data.objects });
  const store = createS3ObjectStore(config.s3);
  await checkS3(store, config.s3);
  return store;
}

/** git-lfs asks no bucket for leave to send to it; browsers do. */
async function allowPages(store: ObjectStore, { baseUrl }: Config, log: QueueLog): Promise<void> {
  if (!(store instanceof S3ObjectStore)) return;
  await store.allowOrigin(new URL(baseUrl).origin).catch((err: unknown) => log.warn({ err }, NO_CORS));
}

function forgeOptionsOf(config: Config, data: DataDir): ForgeOptions {
  return {
    baseUrl: config.baseUrl,
    repositoriesDir: data.repositories,
    instanceSecret: data.instanceSecret,
    minRsaBits: 3072,
    deletedGraceDays: 14,
    auditDays: config.auditDays,
    maxPushRefs: config.maxPushRefs,
    lfs: config.lfs,
    defaultLimits: config.defaultLimits,
    webhooks: { allowHttp: false, allowedHosts: config.webhookAllowedHosts },
    archives: { ...config.archives, spoolDir: data.archives },
    version: config.version,
    ssh: sshAddressOf(config),
  };
}

/** What people are told: an sshd in front is the door that its administrator wants them to take. */
function sshAddressOf({ baseUrl, sshPort, sshGate }: Config): ForgeOptions['ssh'] {
  const host = new URL(baseUrl).hostname;
  if (sshGate) return { host, port: sshGate.port, userName: sshGate.account };
  return sshPort === null ? null : { host, port: sshPort, userName: 'git' };
}
