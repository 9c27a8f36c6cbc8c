import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Actor, createActor, type ActorOptions } from './actor';
import { atEnd } from './cleanup';
import { copyFreshData } from './fresh-data';
import { HubProcess } from './hub-process';
import { freePort } from './ports';
import { workspace } from './workspace';

const ADMIN = 'admin';
const ADMIN_PASSWORD = 'correct horse battery staple';

export interface HubOptions {
  /** Environment variables over the harness's own; undefined takes one away. */
  env?: Record<string, string | undefined>;
  /** A new directory when left out. */
  dataDir?: string;
  ssh?: boolean;
  /** Made by this start, whatever it costs: for tests of what a first start does. */
  isFirstStart?: boolean;
  /** The account to run as; ours when left out. */
  uid?: number;
  gid?: number;
}

/** What an actor needs to know of a hub, however it runs. */
export type HubAt = Pick<Hub, 'url' | 'sshPort' | 'admin' | 'destroy'>;

/** A real hub: the built program as a process of its own, on free ports and a data directory of its own. */
export class Hub {
  readonly admin = { login: ADMIN, password: ADMIN_PASSWORD };
  readonly adminPassword = ADMIN_PASSWORD;
  private readonly history: HubProcess[] = [];
  private current: HubProcess;
  private readonly actors = new Map<string, Promise<Actor>>();

  private constructor(
    readonly port: number,
    readonly sshPort: number,
    readonly dataDir: string,
    private readonly options: HubOptions,
  ) {
    this.current = this.launch();
  }

  /** @throws Error with the hub's output when it does not get ready. */
  static async start(options: HubOptions = {}): Promise<Hub> {
    const dataDir = options.dataDir ?? (await freshData(options));
    const hub = await Hub.launchOnly({ ...options, dataDir });
    await hub.ready();
    return hub;
  }

  /** Starts the process and does not wait for it: for starts that are expected to fail. */
  static async launchOnly(options: HubOptions = {}): Promise<Hub> {
    const dataDir = options.dataDir ?? join(workspace('data'), 'data');
    const sshPort = options.ssh === false ? 0 : await freePort();
    const hub = new Hub(await freePort(), sshPort, dataDir, options);
    atEnd(() => hub.destroy());
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get process(): HubProcess {
    return this.current;
  }

  /** The bare repository of the row `id`. */
  repositoryPath(id: number): string {
    return join(this.dataDir, 'repositories', (id % 256).toString(16).padStart(2, '0'), `${id}.git`);
  }

  ready(): Promise<void> {
    return this.current.ready(`${this.url}/health/ready`);
  }

  /** SIGTERM, and waits for the end. @returns the exit status. */
  stop(): Promise<number | null> {
    this.current.signal('SIGTERM');
    return this.current.exit();
  }

  /** SIGKILL to the hub's own process; what it started (Postgres) is orphaned, as in a crash. */
  async kill(): Promise<void> {
    this.current.signal('SIGKILL');
    await this.current.exit();
  }

  /** Starts again on the same ports and data, after {@link stop} or {@link kill}. */
  async restart(): Promise<void> {
    this.current = this.launch();
    await this.ready();
  }

  /** The user `name` with a token of every repository scope; created at the first call. */
  actor(name: string, options: ActorOptions = {}): Promise<Actor> {
    const existing = this.actors.get(name) ?? createActor(this, name, options);
    this.actors.set(name, existing);
    return existing;
  }

  /** Ends everything, whatever state it is in, and waits until it is gone. Done for every hub at the end of a test file. */
  async destroy(): Promise<void> {
    for (const each of this.history) await each.destroy();
  }

  private launch(): HubProcess {
    const launched = launchHub(this, this.options);
    this.history.push(launched);
    return launched;
  }
}

function launchHub(
  { port, sshPort, dataDir }: { port: number; sshPort: number; dataDir: string },
  { env, uid, gid }: HubOptions,
): HubProcess {
  mkdirSync(dataDir, { recursive: true });
  if (uid !== undefined && gid !== undefined) chownSync(dataDir, uid, gid);
  return HubProcess.launch({
    cwd: dataDir,
    uid,
    gid,
    env: {
      PATH: process.env.PATH,
      HOME: dataDir,
      LANG: 'C.UTF-8',
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      GRANARY_PORT: String(port),
      GRANARY_SSH_PORT: String(sshPort),
      GRANARY_DATA_DIR: dataDir,
      GRANARY_ADMIN_PASSWORD: ADMIN_PASSWORD,
      ...env,
    },
  });
}

/** A copy of a hub that was started once, for hubs that differ in nothing that a first start decides. */
async function freshData({ env = {}, uid, isFirstStart }: HubOptions): Promise<string | undefined> {
  if (isFirstStart || uid !== undefined || 'DATABASE_URL' in env || 'GRANARY_ADMIN_PASSWORD' in env) return undefined;
  const dataDir = join(workspace('data'), 'data');
  const port = await freePort();
  await copyFreshData(dataDir, (made) => ({
    hub: launchHub({ port, sshPort: 0, dataDir: made }, {}),
    readyUrl: `http://127.0.0.1:${port}/health/ready`,
  }));
  return dataDir;
}

export const startHub = (options: HubOptions = {}): Promise<Hub> => Hub.start(options);
