import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Account } from './account';
import { ENVIRONMENT } from './cluster';
import { postgresFailure } from './failure';
import type { LogFile } from './log-file';
import { readPostmasterFile } from './postmaster-file';
import { serverArguments, type ServerPaths } from './settings';
import { shutDown, waitUntil } from './shutdown';

/** Recovery after a crash replays up to max_wal_size of log; on a slow disk that takes its time. */
const START_TIMEOUT_MS = 300_000;
const ORPHANED_BACKENDS = 'pre-existing shared memory block';
const ORPHANED_BACKENDS_TIMEOUT_MS = 10_000;

export interface PostmasterOptions {
  binary: string;
  account: Account | undefined;
  paths: ServerPaths;
  log: LogFile;
  /** Gives a start up. */
  signal?: AbortSignal;
}

/** One run of the server, as our child. */
export class Postmaster {
  private readonly endWithUs = () => this.child.kill('SIGINT');
  /** Settles when the process has ended, however it did. */
  readonly ended: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly logOffset: number,
    private readonly log: LogFile,
  ) {
    // A SIGKILL of ours leaves an orphan, which the next start ends; every other end takes the server along.
    process.once('exit', this.endWithUs);
    this.ended = once(child, 'exit').then(
      () => this.forget(),
      () => this.forget(),
    );
  }

  /**
   * Starts the server and waits until it takes connections. When its predecessor was killed, that one's sessions may
   * need a moment to notice; Postgres refuses to start beside them, and we try again.
   */
  static async start(options: PostmasterOptions): Promise<Postmaster> {
    const deadline = performance.now() + ORPHANED_BACKENDS_TIMEOUT_MS;
    for (;;) {
      const postmaster = await Postmaster.spawn(options);
      const { paths, signal } = options;
      await waitUntil(
        async () => signal?.aborted || postmaster.hasEnded || postmaster.isReady(paths.data),
        START_TIMEOUT_MS,
      );
      if (await postmaster.isReady(paths.data)) return postmaster;
      await postmaster.stop(1_000);
      const failure = await postmaster.failure('Postgres did not start.');
      const again = failure.message.includes(ORPHANED_BACKENDS) && !signal?.aborted && performance.now() < deadline;
      if (!again) throw failure;
    }
  }

  private static async spawn({ binary, account, paths, log }: PostmasterOptions): Promise<Postmaster> {
    await log.rotate();
    const logOffset = await log.sizeBytes();
    const output = await log.openForAppend();
    try {
      const child = spawn(binary, serverArguments(paths), {
        ...(account && { uid: account.uid, gid: account.gid }),
        cwd: paths.data,
        env: ENVIRONMENT,
        // A session of its own: Ctrl-C is for the hub, which must close its connections first.
        detached: true,
        stdio: ['ignore', output.fd, output.fd],
      });
      const postmaster = new Postmaster(child, logOffset, log);
      await once(child, 'spawn');
      return postmaster;
    } finally {
      await output.close();
    }
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async isReady(data: string): Promise<boolean> {
    const file = await readPostmasterFile(data);
    // The file of a killed predecessor may say "ready" as well.
    return !this.hasEnded && file?.pid === this.child.pid && file?.ready === true;
  }

  /** Ends the server, ever more firmly; resolves when it has ended. */
  async stop(patienceMs: number): Promise<void> {
    if (!this.hasEnded && this.child.pid !== undefined) await shutDown(this.child.pid, () => this.hasEnded, patienceMs);
    await this.ended;
  }

  /** Why it ended: what it last wrote to its log. */
  async failure(what: string): Promise<Error> {
    return postgresFailure(what, await this.log.tail(this.logOffset));
  }

  private forget(): void {
    process.removeListener('exit', this.endWithUs);
  }
}
