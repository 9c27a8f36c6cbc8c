import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPackage, prepareBinaries } from './binaries';
import { ensureCluster, SUPERUSER } from './cluster';
import { systemFailure } from './failure';
import { findHome, SHARED_ROOT } from './home';
import { LogFile } from './log-file';
import { clearOrphan } from './orphan';
import { claimOwnership, type OwnerLock } from './owner-lock';
import { Postmaster, type PostmasterOptions } from './postmaster';
import type { ServerPaths } from './settings';
import { makeSocketDirectory } from './socket';

const LOG_ROTATION_MS = 60_000;
const FIRST_RESTART_PAUSE_MS = 100;
const MAX_RESTART_PAUSE_MS = 30_000;

export interface PostgresOptions {
  /** A directory for the database alone; made when missing. */
  dir: string;
  /** Whom root lends Postgres for a new database. Default `postgres`, else `nobody`. Nothing to anyone but root. */
  account?: string;
  /** Called when the server ended by itself, and after each restart that failed. It is being restarted. */
  onDown?: (reason: Error) => void;
  /** What a fast shutdown may take before it is forced. Default 20 s. */
  stopPatienceMs?: number;
  /** The log is cut at this size, and one former log kept. Default 10 MiB. */
  maxLogSizeBytes?: number;
  /** The npm package with the binaries. Default: the one of this platform. */
  packageRoot?: string;
  /** Where databases go that cannot stay in `dir`. Default `/var/lib/granary`. */
  sharedRoot?: string;
}

export interface EmbeddedPostgres {
  /** Directory of the unix socket, as pg's `host`. It needs no password: only we can enter it. */
  host: string;
  user: string;
  database: string;
  /** Where Postgres keeps the data, for a backup or a diagnosis. */
  dataDir: string;
  logPath: string;
  /** Ends the server. Close your connections first; those that are open are cut. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the Postgres that npm brought, on a unix socket alone, and keeps it running until `stop()`.
 *
 * One process at a time has a database. What a killed one left running is ended first.
 *
 * @throws DomainError `storage_full`, or `unavailable` with the end of the server's log.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw systemFailure('The embedded database could not be started', error);
  }
}

async function start(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { sharedRoot = SHARED_ROOT, stopPatienceMs: patienceMs = 20_000 } = options;
  const home = await findHome({ dir: resolve(options.dir), account: options.account, sharedRoot });
  const socketDirectory = await makeSocketDirectory(home);
  const lock = await claimOwnership(socketDirectory);
  try {
    const binaries = await prepareBinaries(options.packageRoot ?? findPackage(), home);
    const paths: ServerPaths = { data: await ensureCluster(home, binaries), socketDirectory };
    await clearOrphan(paths, patienceMs);
    const log = new LogFile(join(home.path, 'postgres.log'), options.maxLogSizeBytes ?? 10 * 1024 * 1024);
    const server = { binary: binaries.postgres, account: home.account, paths, log };
    const supervisor = new Supervisor({ server, lock, patienceMs, onDown: options.onDown });
    await supervisor.start();
    const address = { host: socketDirectory, user: SUPERUSER, database: 'postgres' };
    return { ...address, dataDir: paths.data, logPath: log.path, stop: () => supervisor.stop() };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface SupervisorOptions {
  server: PostmasterOptions;
  lock: OwnerLock;
  patienceMs: number;
  onDown?: (reason: Error) => void;
}

/** Keeps one server running: a killed postmaster must not need a restart of the hub. */
class Supervisor {
  private readonly stopping = new AbortController();
  private rotation?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();
  private stopped?: Promise<void>;

  constructor(private readonly options: SupervisorOptions) {}

  async start(): Promise<void> {
    const postmaster = await Postmaster.start(this.options.server);
    this.rotation = setInterval(() => {
      // A full disk or so: there will be another minute.
      this.options.server.log.rotate().catch(() => undefined);
    }, LOG_ROTATION_MS).unref();
    this.running = this.supervise(postmaster);
  }

  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.rotation);
    await this.running;
    await this.options.lock.release();
  }

  private async supervise(first: Postmaster): Promise<void> {
    const { signal } = this.stopping;
    const aborted = new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
    for (let current: Postmaster | undefined = first; current; current = await this.restart()) {
      await Promise.race([current.ended, aborted]);
      if (signal.aborted) return current.stop(this.options.patienceMs);
      this.options.onDown?.(await current.failure('Postgres ended by itself and is started again.'));
    }
  }

  /** @returns nothing when told to stop meanwhile. */
  private async restart(): Promise<Postmaster | undefined> {
    const { signal } = this.stopping;
    for (let pauseMs = FIRST_RESTART_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_RESTART_PAUSE_MS)) {
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return undefined;
      try {
        return await Postmaster.start({ ...this.options.server, signal });
      } catch (error) {
        if (signal.aborted) return undefined;
        this.options.onDown?.(systemFailure('Postgres could not be started again', error));
      }
    }
  }
}
