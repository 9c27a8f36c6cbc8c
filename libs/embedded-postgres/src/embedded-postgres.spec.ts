import { once } from 'node:events';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './embedded-postgres';
import { isAlive, readPostmasterFile, servesData } from './postmaster-file';
import { findRunningPostgres } from './running-postgres';
import { waitUntil } from './shutdown';
import { placeInstallation, removeLinks, runHub } from './testing/installation';

jest.setTimeout(60_000);

const isRoot = process.getuid?.() === 0;
const itAsRoot = isRoot ? it : it.skip;
const NOBODY = 65534;

let scratch: string;
let cleanUps: (() => Promise<unknown>)[];

beforeEach(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'granary-pg-')));
  await chmod(scratch, 0o755);
  cleanUps = [];
});
afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
  await rm(scratch, { recursive: true, force: true });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ dir: join(scratch, 'db'), ...options });
  cleanUps.push(() => postgres.stop());
  return postgres;
}

type Address = Omit<EmbeddedPostgres, 'stop'>;

async function query(at: Address, sql: string): Promise<Record<string, unknown>[]> {
  const { host, user, database } = at;
  const client = new Client({ host, user, database });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

const remember = (at: Address, what: string) =>
  query(at, `CREATE TABLE IF NOT EXISTS kept (what text); INSERT INTO kept VALUES ('${what}')`);
const recall = async (at: Address) => (await query(at, 'SELECT what FROM kept ORDER BY what')).map(({ what }) => what);

async function pidOf(at: Address): Promise<number> {
  const file = await readPostmasterFile(at.dataDir);
  if (!file) throw new Error('no postmaster');
  return file.pid;
}

async function ends(pid: number, dataDir: string): Promise<void> {
  expect(await waitUntil(async () => !(await servesData(pid, dataDir)), 20_000)).toBe(true);
}

describe('startPostgres', () => {
  it('makes a database in UTF-8 that trades no durability, reachable by a private socket alone', async () => {
    const postgres = await start();
    const names = ['server_encoding', 'listen_addresses', 'fsync', 'synchronous_commit', 'full_page_writes', 'jit'];
    const shown = await query(postgres, `SELECT name, setting FROM pg_settings WHERE name = ANY ('{${names.join()}}')`);
    expect(Object.fromEntries(shown.map(({ name, setting }) => [name, setting]))).toEqual({
      server_encoding: 'UTF8',
      listen_addresses: '',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      jit: 'off',
    });
    expect(await query(postgres, 'SELECT datcollate FROM pg_database WHERE datname = current_database()')).toEqual([
      { datcollate: 'C' },
    ]);
    expect((await stat(postgres.host)).mode & 0o777).toBe(0o700);
    expect((await stat(postgres.dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(postgres.logPath)).mode & 0o777).toBe(0o600);
    expect((await stat(postgres.dataDir)).uid).not.toBe(0);
  });

  it('keeps rows over a restart', async () => {
    const first = await start();
    await remember(first, 'a row');
    const pid = await pidOf(first);
    await first.stop();
    expect(isAlive(pid)).toBe(false);
    expect(await recall(await start())).toEqual(['a row']);
  });

  it('stops twice, and with sessions open', async () => {
    const postgres = await start();
    const { host, user, database } = postgres;
    const client = new Client({ host, user, database });
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    await client.connect();
    await Promise.all([postgres.stop(), postgres.stop()]);
    expect(await waitUntil(() => errors.length > 0, 20_000)).toBe(true);
    expect(errors[0]).toMatchObject({ code: '57P01' });
    await postgres.stop();
  });

  it('ends a server that does not listen', async () => {
    const postgres = await start({ stopPatienceMs: 200 });
    const pid = await pidOf(postgres);
    process.kill(pid, 'SIGSTOP');
    await postgres.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('comes back by itself after kill -9 of the server, with every acknowledged row', async () => {
    const reasons: Error[] = [];
    const postgres = await start({ onDown: (reason) => reasons.push(reason) });
    await query(postgres, 'CREATE TABLE kept (what text)');
    for (let row = 0; row < 50; row++) await remember(postgres, `row ${row}`);
    const killed = await pidOf(postgres);
    process.kill(killed, 'SIGKILL');
    const restarted = async () => {
      const file = await readPostmasterFile(postgres.dataDir);
      return file !== undefined && file.pid !== killed && file.ready;
    };
    expect(await waitUntil(restarted, 30_000)).toBe(true);
    expect(await recall(postgres)).toHaveLength(50);
    expect(reasons[0]).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ended by itself') });
  });

  it('refuses a second hub, and the first one goes on', async () => {
    const first = await start();
    await remember(first, 'mine');
    await expect(start()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Another') });
    expect(await recall(first)).toEqual(['mine']);
  });

  it('starts although its lock files name a process that is none of its own', async () => {
    const first = await start();
    await remember(first, 'a row');
    await first.stop();
    const lock = `${process.pid}\n${first.dataDir}\n1\n5432\n${first.host}\n\n\nready   \n`;
    await writeFile(join(first.dataDir, 'postmaster.pid'), lock);
    await writeFile(join(first.host, '.s.PGSQL.5432.lock'), lock);
    expect(await recall(await start())).toEqual(['a row']);
  });

  it('does not start beside a server that it cannot see', async () => {
    const first = await start();
    await first.stop();
    const hidden = createServer((socket) => socket.destroy());
    hidden.listen(join(first.host, '.s.PGSQL.5432'));
    await once(hidden, 'listening');
    cleanUps.push(async () => hidden.close());
    await expect(start()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('out of our sight'),
    });
  });

  it.each([
    ['longer than a socket path may be', 'long/'.repeat(30)],
    ['with a comma, a quote and blanks', `a, "b" 'c' ä`],
  ])('takes a directory %s', async (_how, name) => {
    const dir = join(scratch, name);
    const postgres = await start({ dir });
    cleanUps.push(() => (postgres.host.startsWith(dir) ? Promise.resolve() : rm(postgres.host, { recursive: true })));
    await remember(postgres, 'a row');
    expect(await recall(postgres)).toEqual(['a row']);
    expect((await stat(postgres.host)).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(postgres.host)).toBeLessThan(107 - '/.s.PGSQL.5432'.length + 1);
    expect(postgres.dataDir).toBe(join(dir, 'data'));
  });

  it('refuses the data of another major version and touches nothing', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(first.dataDir, 'PG_VERSION'), '17\n');
    const before = await snapshot(first.dataDir);
    const refused = { code: 'unavailable', message: expect.stringMatching(/Postgres 17.*Postgres 18/) };
    await expect(start()).rejects.toMatchObject(refused);
    expect(await snapshot(first.dataDir)).toEqual(before);
  });

  it('tells why the server did not start, and lets go of the database', async () => {
    const first = await start();
    await first.stop();
    const config = join(first.dataDir, 'postgresql.auto.conf');
    await writeFile(config, 'no_such_setting = 1\n');
    const failed = { code: 'unavailable', message: expect.stringContaining('"no_such_setting"') };
    await expect(start()).rejects.toMatchObject(failed);
    await writeFile(config, '');
    await expect(start()).resolves.toBeDefined();
  });

  it('forgets an initdb that was cut short', async () => {
    const dir = join(scratch, 'db');
    await mkdir(join(dir, 'data.new', 'base'), { recursive: true });
    await chmod(dir, 0o711);
    await writeFile(join(dir, 'data.new', 'PG_VERSION'), '18\n');
    await remember(await start(), 'a row');
    expect(await readdir(dir)).not.toContain('data.new');
  });

  it('does not enter what somebody else put in the place of its socket', async () => {
    const dir = join(scratch, 'db');
    await mkdir(dir, { mode: 0o711 });
    await symlink(scratch, join(dir, 'run'));
    await expect(start()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('not a directory of ours'),
    });
  });

  it('says what is missing where the binaries are not', async () => {
    const failed = { code: 'unavailable', message: expect.stringContaining('ENOENT') };
    await expect(start({ packageRoot: join(scratch, 'nothing') })).rejects.toMatchObject(failed);
  });
});

describe('a hub with a database', () => {
  let installed: string;
  beforeAll(async () => {
    installed = await mkdtemp(join(tmpdir(), 'granary-hub-'));
    await chmod(installed, 0o755);
    await placeInstallation(installed);
  });
  afterAll(() => rm(installed, { recursive: true, force: true }));

  it('leaves a server when it is killed, and the next one ends that first', async () => {
    const hub = await runHub(installed, { dir: join(scratch, 'db') });
    await remember(hub.postgres, 'acknowledged');
    const orphan = await pidOf(hub.postgres);
    await hub.kill();
    expect(isAlive(orphan)).toBe(true);
    expect(await recall(hub.postgres)).toEqual(['acknowledged']);
    const next = await start();
    expect(await servesData(orphan, next.dataDir)).toBe(false);
    expect(await recall(next)).toEqual(['acknowledged']);
  });

  it('is found by a command beside it, until it is gone', async () => {
    const dir = join(scratch, 'db');
    expect(await findRunningPostgres({ dir })).toBeNull();
    const hub = await runHub(installed, { dir });
    await remember(hub.postgres, 'acknowledged');
    const found = await findRunningPostgres({ dir });
    expect(found).toEqual({ host: hub.postgres.host, user: hub.postgres.user, database: hub.postgres.database });
    expect(await recall({ ...hub.postgres, ...found })).toEqual(['acknowledged']);
    const orphan = await pidOf(hub.postgres);
    await hub.kill();
    expect(isAlive(orphan)).toBe(true);
    expect(await findRunningPostgres({ dir })).toBeNull();
    await start();
  });

  it('takes the server along when it exits without a word', async () => {
    const hub = await runHub(installed, { dir: join(scratch, 'db') });
    const pid = await pidOf(hub.postgres);
    expect(await hub.end('exit')).toBe(7);
    await ends(pid, hub.postgres.dataDir);
  });

  it('runs where everything lies below a directory that only its user can enter, such as root’s home', async () => {
    const closed = join(scratch, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await placeInstallation(closed);
    const dir = join(closed, 'data', 'postgres');
    const hub = await runHub(closed, { dir });
    const home = dirname(hub.postgres.dataDir);
    if (isRoot) cleanUps.push(() => rm(home, { recursive: true }));
    await remember(hub.postgres, 'a row');
    expect(await hub.end('stop')).toBe(0);
    if (isRoot) {
      expect(home).toMatch(/^\/var\/lib\/granary\/[0-9a-f]{16}$/);
      expect((await readFile(join(dir, 'LOCATION'), 'utf8')).split('\n')[0]).toBe(home);
      expect(await readdir(home)).toContain('binaries-18.4.0-beta.17');
    } else {
      expect(home).toBe(dir);
    }
    const again = await runHub(closed, { dir });
    expect(again.postgres.dataDir).toBe(hub.postgres.dataDir);
    expect(await recall(again.postgres)).toEqual(['a row']);
    expect(await again.end('stop')).toBe(0);
  });

  it('restores the symbolic links that npm ci --ignore-scripts leaves out', async () => {
    const packageRoot = await placeInstallation(scratch);
    const links = await removeLinks(packageRoot);
    const hub = await runHub(scratch, { dir: join(scratch, 'db') });
    await remember(hub.postgres, 'a row');
    expect(await hub.end('stop')).toBe(0);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect((await lstat(link)).isSymbolicLink()).toBe(true);
  });

  itAsRoot('runs as an ordinary user, with no account to borrow', async () => {
    const dir = join(scratch, 'mine', 'db');
    await mkdir(dirname(dir));
    await chown(dirname(dir), NOBODY, NOBODY);
    const hub = await runHub(installed, { dir, uid: NOBODY });
    await remember(hub.postgres, 'a row');
    expect((await stat(hub.postgres.dataDir)).uid).toBe(NOBODY);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect(await readdir(dir)).not.toContain('binaries-18.4.0-beta.17');
    expect(await hub.end('stop')).toBe(0);
  });

  itAsRoot('copies binaries whose links an ordinary user may not restore', async () => {
    const links = await removeLinks(await placeInstallation(scratch));
    const dir = join(scratch, 'mine', 'db');
    await mkdir(dirname(dir));
    await chown(dirname(dir), NOBODY, NOBODY);
    const hub = await runHub(scratch, { dir, uid: NOBODY });
    await remember(hub.postgres, 'a row');
    expect(await hub.end('stop')).toBe(0);
    await expect(lstat(links[0] ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(dir)).toContain('binaries-18.4.0-beta.17');
  });

  itAsRoot('tells an ordinary user that the data is another’s, and a directory it may not make', async () => {
    const first = await start({ dir: join(scratch, 'db') });
    await first.stop();
    await chown(first.dataDir, NOBODY - 1, NOBODY - 1);
    await chmod(join(scratch, 'db'), 0o711);
    const uid = NOBODY;
    await expect(runHub(installed, { dir: join(scratch, 'db'), uid })).rejects.toThrow(`belongs to uid ${NOBODY - 1}`);
    await expect(runHub(installed, { dir: join(scratch, 'new'), uid })).rejects.toThrow('EACCES');
  });
});

/** Every file with its size and time. */
async function snapshot(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  const facts = await Promise.all(names.map((name) => stat(join(directory, name))));
  return names.map((name, index) => `${name} ${facts[index]?.size} ${facts[index]?.mtimeMs}`);
}
