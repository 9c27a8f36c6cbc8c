import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { LfsCollectionReport, LfsCollectionState, LfsKeepers, LfsStoredObject } from '@granary/api-contract';
import { findRunningPostgres } from '@granary/embedded-postgres';
import { Client } from 'pg';
import { callApi, eventually, run, startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { ROOT } from '../support/hub-process';
import { startS3, type S3Server } from '../support/s3';

const PROGRAM = join(ROOT, 'dist/apps/admin-cli/src/main.js');

const BUCKET = 'lfs-collected';

/** What lies where the hub keeps objects, past the hub. */
interface Store {
  keys(): Promise<string[]>;
  read(key: string): Promise<Buffer>;
  write(key: string, bytes: Buffer): Promise<void>;
}

const directoryOf = (root: string): Store => ({
  keys: async () => readdirSync(root, { recursive: true, encoding: 'utf8' }),
  read: async (key) => readFileSync(join(root, key)),
  write: async (key, bytes) => writeFileSync(join(root, key), bytes),
});

const bucketOf = ({ client }: S3Server): Store => ({
  keys: async () => {
    const listed = (await client.listObjectsV2(BUCKET, '', true).toArray()) as { name: string }[];
    return listed.map(({ name }) => name);
  },
  read: async (key) => buffer(await client.getObject(BUCKET, key)),
  write: async (key, bytes) => void (await client.putObject(BUCKET, key, bytes)),
});

describe.each(['file system', 'S3'])('the collection of LFS objects on the %s store', (kind) => {
  let hub: Hub;
  let alice: Actor;
  let bob: Actor;
  let mallory: Actor;
  let serial = 0;
  let s3: S3Server | undefined;
  let store: Store;
  let storeEnv: Record<string, string> = {};

  beforeAll(async () => {
    if (kind === 'S3') s3 = await startS3();
    storeEnv = s3
      ? {
          S3_ENDPOINT: s3.endpoint,
          S3_BUCKET: await s3.makeBucket(BUCKET),
          S3_REGION: s3.region,
          S3_ACCESS_KEY: s3.accessKey,
          S3_SECRET_KEY: s3.secretKey,
        }
      : {};
    hub = await startHub({ ssh: false, env: storeEnv });
    store = s3 ? bucketOf(s3) : directoryOf(join(hub.dataDir, 'objects'));
    [alice, bob, mallory] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
  });

  afterAll(async () => {
    await hub?.stop();
    await s3?.stop();
  });

  /** Runs the admin CLI on the hub's data, as its operator. */
  function granary(...args: string[]) {
    const env = { PATH: process.env.PATH, HOME: hub.dataDir, GRANARY_DATA_DIR: hub.dataDir, ...storeEnv };
    return run(process.execPath, [PROGRAM, ...args], { env });
  }

  async function collect(path: string, ...options: string[]): Promise<LfsCollectionReport> {
    const { stdout } = await granary('lfs', 'gc', '--repository', path, '--json', ...options);
    const [report] = (JSON.parse(stdout) as { repositories: LfsCollectionReport[] }).repositories;
    if (!report) throw new Error(`no report: ${stdout}`);
    return report;
  }

  async function sql(text: string): Promise<void> {
    const postgres = await findRunningPostgres({ dir: join(hub.dataDir, 'postgres') });
    if (!postgres) throw new Error('the hub has no Postgres');
    const client = new Client(postgres);
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }

  /** Makes everything that LFS and pushes have dated older, since the hub's clock cannot be moved. */
  async function days(count: number): Promise<void> {
    const columns = {
      lfs_links: ['created_at', 'shown_at'],
      lfs_objects: ['created_at', 'touched_at', 'scrubbed_at'],
      lfs_trash: ['linked_at', 'collected_at', 'purge_after'],
      pushes: ['created_at'],
    };
    for (const [table, names] of Object.entries(columns)) {
      await sql(
        `UPDATE ${table} SET ${names.map((name) => `${name} = ${name} - interval '${count} days'`).join(', ')}`,
      );
    }
  }

  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  /** A repository with an LFS file on main, and another one on the branch `topic` that is deleted again on the hub. */
  async function withLostBranch(name = `data${serial++}`) {
    const path = `alice/${name}`;
    const tree = await WorkTree.create(alice, path, { files: { '.gitattributes': '*.bin filter=lfs -text\n' } });
    const [kept, lost] = [randomBytes(5000), randomBytes(7000)];
    await tree.commit({ 'kept.bin': kept });
    await tree.ok('push', '-q', 'origin', 'main');
    await tree.ok('checkout', '-q', '-b', 'topic');
    await tree.commit({ 'art/lost.bin': lost }, 'paint');
    await tree.ok('push', '-q', 'origin', 'topic');
    await tree.ok('push', '-q', 'origin', '--delete', 'topic');
    return { path, tree, kept, lost, keptOid: sha256(kept), lostOid: sha256(lost) };
  }

  const api = (path: string) => `/api/v3/repos/${path}/lfs`;
  const storedAs = async (path: string, state: string) =>
    (await alice.api<LfsStoredObject[]>('GET', `${api(path)}/objects?state=${state}`)).body.map(({ oid }) => oid);

  it('collects what a deleted branch had, gives it back on request, and a clone has every byte again', async () => {
    const { path, tree, kept, lost, keptOid, lostOid } = await withLostBranch();
    expect(await collect(path)).toMatchObject({ outcome: 'done', collected: { count: 0 } });
    await days(15);
    const dry = await granary('lfs', 'gc', '--dry-run', '--repository', path);
    expect(dry.stdout).toContain(lostOid);
    expect(dry.stdout).toMatch(/1 objects \(6\.8 KiB, 6\.8 KiB of the store\) would go into the trash/);
    expect(dry.stdout).toMatch(/last named by refs\/heads\/topic at [0-9a-f]{12} in art\/lost\.bin/);
    expect(await storedAs(path, 'linked')).toEqual([keptOid, lostOid].sort());

    expect(await collect(path)).toMatchObject({ collected: { count: 1, bytes: 7000 }, objects: [{ oid: lostOid }] });
    expect([await storedAs(path, 'linked'), await storedAs(path, 'trash')]).toEqual([[keptOid], [lostOid]]);
    const clone = await WorkTree.clone(alice, path);
    expect(readFileSync(join(clone.cwd, 'kept.bin')).equals(kept)).toBe(true);
    expect((await alice.api<{ lfs_size_bytes: number }>('GET', `/api/v3/repos/${path}`)).body.lfs_size_bytes).toBe(
      5000,
    );
    expect((await granary('lfs', 'keeps', lostOid)).stdout).toMatch(
      /in the trash, until .*\(6\.8 KiB\), kept by\n {2}nobody/,
    );

    expect((await alice.api('POST', `${api(path)}/objects/${lostOid}/restore`)).body).toMatchObject({
      state: 'linked',
    });
    // A clone that has only the pointers pushes the branch: the hub needs nothing but the commits.
    await tree.who.gitOk(['push', '-q', 'origin', 'topic'], { cwd: tree.cwd, env: { GIT_LFS_SKIP_PUSH: '1' } });
    const again = await WorkTree.clone(alice, path, '--branch', 'topic');
    expect(readFileSync(join(again.cwd, 'art/lost.bin')).equals(lost)).toBe(true);
    const keepers = await alice.api<LfsKeepers>('GET', `${api(path)}/objects/${lostOid}`);
    expect(keepers.body).toMatchObject({ refs: [{ ref: 'refs/heads/topic', path: 'art/lost.bin' }], locks: [] });
  });

  it('brings back by itself what is pushed again, and purges what nobody wants', async () => {
    const { path, tree, lost, lostOid } = await withLostBranch();
    await days(15);
    await collect(path);
    await tree.who.gitOk(['push', '-q', 'origin', 'topic'], { cwd: tree.cwd, env: { GIT_LFS_SKIP_PUSH: '1' } });
    expect(await storedAs(path, 'trash')).toEqual([]);
    const clone = await WorkTree.clone(alice, path, '--branch', 'topic');
    expect(readFileSync(join(clone.cwd, 'art/lost.bin')).equals(lost)).toBe(true);

    await tree.ok('push', '-q', 'origin', '--delete', 'topic');
    await days(15);
    expect(await collect(path)).toMatchObject({ collected: { count: 1 } });
    await days(15);
    expect(await collect(path)).toMatchObject({ purged: 1 });
    expect((await store.keys()).filter((key) => key.includes(lostOid))).toEqual([]);
    const refused = await tree.who.git(['push', '-q', 'origin', 'topic'], {
      cwd: tree.cwd,
      env: { GIT_LFS_SKIP_PUSH: '1' },
    });
    expect(refused.stderr).toMatch(/remote:.*art\/lost\.bin/);
    await tree.ok('push', '-q', 'origin', 'topic');
    const last = await WorkTree.clone(alice, path, '--branch', 'topic');
    expect(readFileSync(join(last.cwd, 'art/lost.bin')).equals(lost)).toBe(true);
    expect((await granary('doctor')).stdout).toMatch(/^ok {3}LFS upkeep: links, trash and store agree$/m);
  });

  it('explains over the API what a run would do, and runs', async () => {
    const { path, lostOid } = await withLostBranch();
    await days(15);
    const state = async () => (await alice.api<LfsCollectionState>('GET', `${api(path)}/gc`)).body;
    const started = await alice.api('POST', `${api(path)}/gc`, { dry_run: true });
    expect(started).toMatchObject({ status: 202, body: { dry_run: true, waiting_since: expect.any(String) } });
    await eventually('the dry run to end', async () => (await state()).last_dry_run !== null);
    expect(await state()).toMatchObject({
      waiting_since: null,
      last_dry_run: {
        outcome: 'done',
        collected: { count: 1 },
        objects: [{ oid: lostOid, last_named: { path: 'art/lost.bin' } }],
      },
    });
    await alice.api('POST', `${api(path)}/gc`);
    await eventually('the run to end', async () => (await state()).last_run !== null);
    expect((await alice.api<LfsStoredObject[]>('GET', `${api(path)}/objects?state=trash`)).body).toMatchObject([
      { oid: lostOid, state: 'trash', purge_after: expect.any(String), last_named: { ref: 'refs/heads/topic' } },
    ]);
    expect((await alice.api('GET', `${api(path)}/objects?state=lost`)).status).toBe(422);
    const { headers, body } = await alice.api<LfsStoredObject[]>('GET', `${api(path)}/objects?per_page=1`);
    expect([body.length, headers.get('link')]).toEqual([1, expect.stringContaining('page=2')]);
  });

  describe('an attacker', () => {
    it('learns and changes nothing in a repository of others', async () => {
      const { path, lostOid } = await withLostBranch();
      await days(15);
      await collect(path);
      const own = await mallory.createRepository(`own${serial++}`);
      const absent = `mallory/absent${serial}`;
      for (const [method, what] of [
        ['GET', 'objects'],
        ['GET', `objects/${lostOid}`],
        ['POST', `objects/${lostOid}/restore`],
        ['GET', 'gc'],
        ['POST', 'gc'],
      ] as const) {
        const [hidden, missing] = [
          await mallory.api<{ message: string }>(method, `${api(path)}/${what}`),
          await mallory.api<{ message: string }>(method, `${api(absent)}/${what}`),
        ];
        expect([what, hidden.status, hidden.body.message]).toEqual([what, 404, missing.body.message]);
      }
      // The object of others is no object here, linked or in a trash.
      expect((await mallory.api('GET', `${api(own)}/objects/${lostOid}`)).status).toBe(404);
      expect((await mallory.api('POST', `${api(own)}/objects/${lostOid}/restore`)).status).toBe(404);
      for (const oid of ['x', '..%2f..%2fgc', lostOid.toUpperCase(), `${lostOid}0`]) {
        expect((await mallory.api('POST', `${api(own)}/objects/${oid}/restore`)).status).toBe(404);
      }
      expect(await storedAs(path, 'trash')).toEqual([lostOid]);
    });

    it('who may read runs no collection, restores nothing and sees no trash', async () => {
      const { path, keptOid, lostOid } = await withLostBranch();
      await days(15);
      await collect(path);
      await alice.api('PUT', `/api/v3/repos/${path}/collaborators/bob`, { permission: 'pull' });
      expect((await bob.api('POST', `${api(path)}/gc`)).status).toBe(403);
      expect((await bob.api('GET', `${api(path)}/gc`)).status).toBe(403);
      expect((await bob.api('GET', `${api(path)}/objects/${keptOid}`)).status).toBe(403);
      expect((await bob.api('POST', `${api(path)}/objects/${lostOid}/restore`)).status).toBe(403);
      const seen = await bob.api<LfsStoredObject[]>('GET', `${api(path)}/objects`);
      expect(seen.body.map(({ oid }) => oid)).toEqual([keptOid]);
      expect((await bob.api<unknown[]>('GET', `${api(path)}/objects?state=trash`)).body).toEqual([]);
      await alice.api('PUT', `/api/v3/repos/${path}/collaborators/bob`, { permission: 'push' });
      expect((await bob.api('POST', `${api(path)}/gc`)).status).toBe(403);
      expect((await bob.api('POST', `${api(path)}/objects/${lostOid}/restore`)).status).toBe(200);
      expect((await callApi(hub, { method: 'GET', path: `${api(path)}/objects` })).status).toBe(404);
    });
  });

  it('finds a byte that has flipped, says so to who clones, and an upload heals it', async () => {
    const { path, tree, kept, keptOid } = await withLostBranch();
    const key = (await store.keys()).find((name) => name.includes(`${keptOid}-`)) ?? '';
    const bytes = await store.read(key);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await store.write(key, bytes);
    expect((await granary('doctor')).stdout).not.toContain(keptOid);
    const scrubbed = await granary('lfs', 'scrub', '--all');
    expect([scrubbed.code, scrubbed.stdout]).toEqual([
      1,
      expect.stringContaining(`${keptOid} is damaged: its bytes hash to`),
    ]);
    expect((await granary('doctor')).stdout).toMatch(new RegExp(`${keptOid} is damaged: .* git lfs push --all`));
    const clone = await alice.git(['clone', '-q', alice.remote(path), 'clone'], { cwd: workspace('clone') });
    expect(clone.code).not.toBe(0);
    expect(clone.stderr).toContain('The hub has lost the content of this object.');
    await tree.ok('lfs', 'push', '--all', 'origin', 'main');
    expect((await granary('doctor')).stdout).not.toContain(keptOid);
    const again = await WorkTree.clone(alice, path);
    expect(readFileSync(join(again.cwd, 'kept.bin')).equals(kept)).toBe(true);
  });
});
