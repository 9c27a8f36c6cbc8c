import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  newObject,
  presentObjects,
  quarantineObjects,
  runGit,
  updateRefs,
  type QuarantinedObjects,
} from '@granary/git-process';
import { formatPointer } from '@granary/wire';
import { AuditService, withOrigin } from '../../audit';
import type { UserActor } from '../../identity';
import { MaintenanceService } from '../../maintenance';
import { PushJudge, PushRecordService, ReconcileService, RefMovesService } from '../../pushes';
import { ProtectionsService } from '../../protection';
import { RepositoriesService, RepositoryAccessService, Repository } from '../../repositories';
import { openForge, type ForgeFixture } from '../../testing/forge-fixture';
import { untilBlocked } from '../../testing/until-blocked';
import { LfsBatchService } from '../lfs-batch.service';
import { LfsLocksService } from '../locks/lfs-locks.service';
import { LfsObjectsService } from '../lfs-objects.service';
import { LfsUploadsService } from '../lfs-uploads.service';
import { LfsCollectionStateService } from './collection-state.service';
import { LfsCollectionService } from './lfs-collection.service';
import { LfsKeepersService } from './lfs-keepers.service';
import { LfsMarkService, type Marked } from './lfs-mark.service';
import { LfsPurgeService } from './lfs-purge.service';
import { LfsSweepService } from './lfs-sweep.service';
import { LfsTrashService } from './lfs-trash.service';

const ZERO = '0'.repeat(40);
const DAY_MS = 86_400_000;
const MAIN = 'refs/heads/main';
const TOPIC = 'refs/heads/topic';

let offsetMs = 0;
const clock = { now: () => new Date(Date.now() + offsetMs) };
const days = (count: number) => void (offsetMs += count * DAY_MS);

let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let path: string;
let serial = 0;

beforeAll(async () => {
  forge = await openForge({ clock });
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  offsetMs = 0;
  alice = await forge.user(`alice${serial++}`);
  repository = await create('data');
  path = forge.get(RepositoriesService).storage.pathOf(repository.id);
  // The first branch becomes the default one, which is as good as protected.
  await move(MAIN, await git(['commit-tree', await git(['mktree']), '-m', 'first']));
  const opened = await forge.get(RepositoryAccessService).byId(alice, repository.id);
  if (opened) repository = opened.repository;
});

const create = (name: string) =>
  forge.get(RepositoriesService).create(alice, { namespace: alice.name, name, visibility: 'private' });

interface Content {
  oid: string;
  sizeBytes: number;
  bytes: Buffer;
}

async function upload(into = repository, bytes: Buffer = randomBytes(1000)): Promise<Content> {
  const content = { oid: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length, bytes };
  await forge.get(LfsObjectsService).upload(into, content, { stream: Readable.from([bytes]) });
  return content;
}

async function git(args: string[], stdin: string | Buffer = ''): Promise<string> {
  const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };
  return (await runGit(forge.git, { repositoryPath: path, args, stdin, env })).stdout.toString().trim();
}

async function commit(
  content: Content,
  { name = 'data.bin', parents = [] as string[], message = 'm' } = {},
): Promise<string> {
  const blob = await git(['hash-object', '-w', '--stdin'], formatPointer(content));
  const [file, folder] = name.split('/').reverse();
  const attributes = await git(['hash-object', '-w', '--stdin'], `* filter=lfs\n`);
  const pointer = `100644 blob ${blob}\t${file}\n`;
  const inner = folder === undefined ? pointer : `040000 tree ${await git(['mktree'], pointer)}\t${folder}\n`;
  const tree = await git(['mktree'], `100644 blob ${attributes}\t.gitattributes\n${inner}`);
  return git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], message + serial++);
}

async function move(ref: string, newOid: string | null): Promise<void> {
  const oldOid = await git(['for-each-ref', '--format=%(objectname)', ref]);
  const command = { ref, oldOid: oldOid || ZERO, newOid: newOid ?? ZERO };
  const opened = { repository, role: 'admin' as const };
  await forge.get(RefMovesService).move({ actor: alice, opened, commands: [command] });
}

/** An object that a ref names. */
async function pushed(ref: string, name?: string): Promise<Content & { commit: string }> {
  const content = await upload();
  const oid = await commit(content, { name });
  await move(ref, oid);
  return { ...content, commit: oid };
}

const collect = (dryRun = false) => forge.get(LfsCollectionService).run(repository.id, { dryRun });
const oidsIn = async (table: 'lfs_links' | 'lfs_trash' | 'lfs_objects', id = repository.id) => {
  const rows = (await forge.database.query(
    `SELECT oid FROM ${table} WHERE ${table === 'lfs_objects' ? '$1::integer IS NOT NULL' : 'repository_id = $1'}`,
    [id],
  )) as { oid: string }[];
  return rows.map(({ oid }) => oid);
};
const isLinked = async ({ oid }: Content) => (await oidsIn('lfs_links')).includes(oid);
const isTrash = async ({ oid }: Content) => (await oidsIn('lfs_trash')).includes(oid);
const keysOf = async ({ oid }: Content) => {
  const keys: string[] = [];
  for await (const { key } of forge.store.list('lfs/')) if (key.includes(oid)) keys.push(key);
  return keys;
};
const usage = async () => {
  const row = await forge.database.manager.findOneByOrFail(Repository, { id: repository.id });
  return { bytes: row.lfsSizeBytes, objects: row.lfsObjectCount };
};

describe('keeps', () => {
  it('what a branch, a tag or a hidden ref reaches, however old', async () => {
    const hidden = await upload();
    await updateRefs(forge.git, path, [{ ref: 'refs/pull/1/head', newOid: await commit(hidden) }]);
    const kept = [hidden, await pushed(MAIN), await pushed('refs/tags/v1')];
    days(1000);
    expect(await collect()).toMatchObject({ outcome: 'done', examined: 3, collected: { count: 0, bytes: 0 } });
    for (const content of kept) expect(await isLinked(content)).toBe(true);
  });

  it('what a pointer names that git-lfs would not read, and what no commit holds but a tag', async () => {
    const [odd, tagged] = [await upload(), await upload()];
    const blob = await git(['hash-object', '-w', '--stdin'], `my own notes\noid sha256:${odd.oid} \n`);
    const tree = await git(['mktree'], `100644 blob ${blob}\tnotes\n`);
    await updateRefs(forge.git, path, [
      { ref: MAIN, newOid: await git(['commit-tree', tree], 'm') },
      { ref: 'refs/tags/blob', newOid: await git(['hash-object', '-w', '--stdin'], formatPointer(tagged)) },
    ]);
    days(1000);
    await collect();
    expect([await isLinked(odd), await isLinked(tagged)]).toEqual([true, true]);
  });

  it('what a deleted branch named until the grace is over', async () => {
    const content = await pushed(TOPIC);
    days(100);
    await move(TOPIC, null);
    days(13);
    await collect();
    expect(await isLinked(content)).toBe(true);
    days(2);
    expect(await collect()).toMatchObject({ collected: { count: 1, bytes: 1000, storage_bytes: 1000 } });
    expect([await isLinked(content), await isTrash(content)]).toEqual([false, true]);
  });

  it('what the default branch and protected branches held for ninety days, others not', async () => {
    await forge.get(ProtectionsService).create(repository.id, {
      ...{ kind: 'branch', pattern: 'release/*', require_linear_history: false, enforce_admins: false },
      ...{
        push: { role: 'write', users: [] },
        force_push: { role: null, users: [] },
        delete: { role: null, users: [] },
      },
    });
    const held = [await pushed(MAIN), await pushed('refs/heads/release/1')];
    const free = await pushed(TOPIC);
    days(1);
    for (const ref of [MAIN, 'refs/heads/release/1', TOPIC]) await pushed(ref);
    days(80);
    await collect();
    for (const content of held) expect(await isLinked(content)).toBe(true);
    expect(await isLinked(free)).toBe(false);
    days(11);
    await collect();
    for (const content of held) expect(await isTrash(content)).toBe(true);
  });

  it('what was uploaded within the grace, or is being uploaded', async () => {
    const [young, awaited] = [await upload(), await upload()];
    days(13);
    await collect();
    expect(await isLinked(young)).toBe(true);
    days(2);
    await forge.get(LfsObjectsService).admit(repository, alice, { oids: [], claims: [awaited] });
    await collect();
    expect([await isLinked(young), await isLinked(awaited)]).toEqual([false, true]);
  });

  it('what lies under an open lock on a branch that is gone', async () => {
    const content = await pushed(TOPIC, 'art.psd');
    await move(TOPIC, null);
    const { lock } = await forge.get(LfsLocksService).create(repository.id, alice, { path: 'art.psd', ref: TOPIC });
    days(1000);
    await collect();
    expect(await isLinked(content)).toBe(true);
    await forge.database.query('DELETE FROM lfs_locks WHERE id = $1', [lock.id]);
    await collect();
    expect(await isTrash(content)).toBe(true);
  });

  it('everything when git cannot read what a ref reaches', async () => {
    const [content, other] = [await pushed(MAIN), await upload()];
    const blob = await git(['rev-parse', `${content.commit}:data.bin`]);
    await rm(join(path, 'objects', blob.slice(0, 2), blob.slice(2)));
    days(1000);
    expect(await collect()).toMatchObject({ outcome: 'failed', collected: { count: 0 }, error: expect.any(String) });
    expect([await isLinked(content), await isLinked(other)]).toEqual([true, true]);
    expect(await forge.get(LfsCollectionStateService).due()).toContainEqual({ id: repository.id, completed_at: null });
  });
});

describe('while git forgets what no ref reaches', () => {
  const RELEASE = 'refs/heads/release/1';
  /** A week passes: upkeep that drops what it may, then a collection. */
  async function week(): Promise<void> {
    days(7);
    expect(await forge.get(MaintenanceService).run(repository.id, { full: true })).toMatchObject({ outcome: 'done' });
    // Packs that a repack has dropped wait for an hour.
    offsetMs += 3_700_000;
    expect(await forge.get(MaintenanceService).run(repository.id)).toMatchObject({ outcome: 'done' });
    expect(await collect()).toMatchObject({ outcome: 'done' });
  }
  const weeks = async (count: number) => {
    for (let n = 0; n < count; n++) await week();
  };
  const isInGit = async (oid: string) => (await presentObjects(forge.git, path, { oids: [oid] })).length > 0;
  const protect = () =>
    forge.get(ProtectionsService).create(repository.id, {
      ...{ kind: 'branch', pattern: 'release/*', require_linear_history: false, enforce_admins: false },
      ...{
        push: { role: 'write', users: [] },
        force_push: { role: 'write', users: [] },
        delete: { role: 'write', users: [] },
      },
    });

  it('old tips of protected branches stay for ninety days, whole, and can be put back', async () => {
    await protect();
    const [forced, deleted] = [await pushed(RELEASE), await pushed('refs/heads/release/2')];
    const free = await pushed(TOPIC);
    await pushed(RELEASE);
    for (const ref of ['refs/heads/release/2', TOPIC]) await move(ref, null);
    await weeks(8);
    expect([await isInGit(free.commit), await isLinked(free)]).toEqual([false, false]);
    for (const { commit: tip } of [forced, deleted]) expect(await isInGit(tip)).toBe(true);
    // Nobody's branch, and no push of anybody.
    expect(await forge.get(ReconcileService).reconcile(repository.id)).toBe(0);
    await move('refs/heads/release/2', deleted.commit);
    await move('refs/heads/back', forced.commit);
    for (const content of [forced, deleted]) expect(await readBack(content)).toEqual(content.bytes);
    await git(['fsck', '--connectivity-only']);
  }, 60_000);

  it('and go after the ninety days, from the collection and from git', async () => {
    await protect();
    const old = await pushed(RELEASE);
    await pushed(RELEASE);
    await weeks(12);
    expect([await isInGit(old.commit), await isLinked(old)]).toEqual([true, true]);
    await weeks(2);
    expect([await isLinked(old), await isTrash(old)]).toEqual([false, true]);
    await weeks(3);
    expect([await isInGit(old.commit), await isTrash(old), await keysOf(old)]).toEqual([false, false, []]);
    expect(await git(['for-each-ref', 'refs/granary'])).toBe('');
  }, 60_000);

  it('a branch that is protected after it was moved keeps what git has yet', async () => {
    const old = await pushed(RELEASE);
    await pushed(RELEASE);
    await week();
    await protect();
    await weeks(6);
    expect([await isInGit(old.commit), await isLinked(old)]).toEqual([true, true]);
    await move('refs/heads/back', old.commit);
    expect(await readBack(old)).toEqual(old.bytes);
  }, 60_000);

  it('what an open lock holds on to stays as long as the lock', async () => {
    const content = await pushed(TOPIC, 'art.psd');
    await move(TOPIC, null);
    const { lock } = await forge.get(LfsLocksService).create(repository.id, alice, { path: 'art.psd', ref: TOPIC });
    await weeks(16);
    expect([await isInGit(content.commit), await isLinked(content)]).toEqual([true, true]);
    await forge.database.query('DELETE FROM lfs_locks WHERE id = $1', [lock.id]);
    await weeks(4);
    expect([await isInGit(content.commit), await isLinked(content)]).toEqual([false, false]);
  }, 60_000);

  async function readBack({ oid }: Content): Promise<Buffer> {
    const objects = forge.get(LfsObjectsService);
    return buffer(await objects.read(await objects.requireLinked(repository.id, oid)));
  }
});

it('passes over old tips that git has pruned', async () => {
  const content = await pushed(TOPIC);
  await move(TOPIC, null);
  await rm(join(path, 'objects', content.commit.slice(0, 2), content.commit.slice(2)));
  days(5);
  expect(await collect()).toMatchObject({ outcome: 'done' });
  days(15);
  expect(await collect()).toMatchObject({ outcome: 'done', collected: { count: 1 } });
});

describe('collects', () => {
  let kept: Content;
  let lost: Content & { commit: string };

  beforeEach(async () => {
    kept = await pushed(MAIN);
    lost = await pushed(TOPIC, 'art/lost.bin');
    await move(TOPIC, (await pushed('refs/heads/other')).commit);
    days(15);
  });

  it('what was force-pushed away: out of reach and of the quota, restorable, and gone after the window', async () => {
    const dry = await collect(true);
    expect(dry).toMatchObject({ dry_run: true, collected: { count: 1, bytes: 1000, storage_bytes: 1000 } });
    expect(dry.objects).toMatchObject([
      {
        oid: lost.oid,
        size_bytes: 1000,
        shared: false,
        last_named: { ref: TOPIC, path: 'art/lost.bin', commit: lost.commit },
      },
    ]);
    expect(await isLinked(lost)).toBe(true);
    expect(await usage()).toEqual({ bytes: 3000, objects: 3 });

    expect(await collect()).toMatchObject({ objects: [{ oid: lost.oid }], purged: 0 });
    expect(await usage()).toEqual({ bytes: 2000, objects: 2 });
    await expect(forge.get(LfsObjectsService).requireLinked(repository.id, lost.oid)).rejects.toMatchObject({
      code: 'not_found',
    });
    await forge.get(LfsTrashService).restoreOne(repository, lost.oid);
    expect([await isLinked(lost), await isTrash(lost), (await usage()).bytes]).toEqual([true, false, 3000]);
    await expect(forge.get(LfsTrashService).restoreOne(repository, lost.oid)).rejects.toMatchObject({
      code: 'not_found',
    });

    // The restored object has its grace again.
    await collect();
    expect(await isLinked(lost)).toBe(true);
    days(15);
    await collect();
    days(13);
    await collect();
    expect([await isTrash(lost), (await keysOf(lost)).length]).toEqual([true, 1]);
    days(2);
    expect(await collect()).toMatchObject({ purged: 1 });
    expect([await isTrash(lost), await keysOf(lost)]).toEqual([false, []]);
    expect(await oidsIn('lfs_objects')).not.toContain(lost.oid);
    expect(await isLinked(kept)).toBe(true);
  });

  it('and tells it all to the audit log: with counts, by whom, and nothing where nothing happened', async () => {
    const told = async (repositoryId: number | null = repository.id) =>
      (await forge.get(AuditService).list({ repositoryId, actionPrefix: 'lfs_', limit: 10, offset: 0 })).map(
        ({ action, target, actorName, details }) => ({ action, target, actorName, details }),
      );
    const byHub = { actorName: null };
    await collect(true);
    expect(await told()).toEqual([]);
    await collect();
    const collected = { action: 'lfs_object.collect', target: lost.oid, ...byHub, details: { count: 1, bytes: 1000 } };
    expect(await told()).toEqual([collected]);
    // Whoever pushes brings it back; the hub takes it again.
    await move('refs/heads/again', lost.commit);
    const restored = { action: 'lfs_object.restore', target: lost.oid, details: { count: 1 } };
    expect((await told())[0]).toEqual({ ...restored, actorName: alice.name });
    await move('refs/heads/again', null);
    days(15);
    await collect();
    await withOrigin({ via: 'cli' }, () => forge.get(LfsTrashService).restoreOne(repository, lost.oid));
    expect((await told())[0]).toEqual({ ...restored, ...byHub });
    await collect();
    days(15);
    await collect();
    days(15);
    await collect();
    expect((await told()).map(({ action }) => action).slice(0, 2)).toEqual([
      'lfs_object.discard',
      'lfs_object.collect',
    ]);
    const [purged] = await told(null);
    expect(purged).toEqual({
      action: 'lfs_object.purge',
      target: lost.oid,
      ...byHub,
      details: { count: 1, bytes: 1000 },
    });
    const count = (await told()).length;
    await collect();
    await forge.get(LfsPurgeService).all();
    expect(await told()).toHaveLength(count);
  });

  it('but what a batch asks for comes back, and needs no upload', async () => {
    await collect();
    const opened = await forge.get(RepositoryAccessService).byId(alice, repository.id);
    const request = { operation: 'upload' as const, objects: [{ oid: lost.oid, size: lost.sizeBytes }] };
    const plan = await forge.get(LfsBatchService).plan(alice, opened!, request);
    expect(plan.objects).toMatchObject([{ kind: 'present' }]);
    expect([await isLinked(lost), await isTrash(lost)]).toEqual([true, false]);
  });

  it('but what is pushed again comes back, from commits that were there all the time', async () => {
    await collect();
    await move('refs/heads/again', lost.commit);
    expect([await isLinked(lost), await isTrash(lost)]).toEqual([true, false]);
  });

  it('and brings back by itself what a ref came to name beside the hub', async () => {
    await collect();
    await updateRefs(forge.git, path, [{ ref: 'refs/heads/beside', newOid: lost.commit }]);
    days(100);
    expect(await collect()).toMatchObject({ restored: 1, purged: 0 });
    expect(await isLinked(lost)).toBe(true);
  });

  it('bytes only with the last link', async () => {
    const second = await create('second');
    await upload(second, lost.bytes);
    expect((await collect(true)).objects).toMatchObject([{ oid: lost.oid, shared: true }]);
    expect(await collect()).toMatchObject({ collected: { count: 1, bytes: 1000, storage_bytes: 0 } });
    days(15);
    expect(await collect()).toMatchObject({ purged: 1 });
    expect(await oidsIn('lfs_links', second.id)).toEqual([lost.oid]);
    expect(await keysOf(lost)).toHaveLength(1);
    // The second repository is deleted and purged: its link goes with it, and then the bytes.
    await forge.database.query('DELETE FROM repositories WHERE id = $1', [second.id]);
    await forge.get(LfsPurgeService).all();
    expect(await keysOf(lost)).toEqual([]);
  });

  it('nothing twice, wherever it was killed', async () => {
    const marks = forge.get(LfsMarkService);
    const sweeper = forge.get(LfsSweepService);
    const marked = await marks.mark(repository);
    await sweeper.sweep(repository, marked);
    // Killed before the report: the same mark, and a new one, find nothing more to do.
    expect(await sweeper.sweep(repository, marked)).toEqual({ collected: [], restored: [], purged: [] });
    expect(await collect()).toMatchObject({ collected: { count: 0 }, purged: 0 });
    expect(await usage()).toEqual({ bytes: 2000, objects: 2 });
    // Killed between the row and the key: the key is found without a row, and goes at the second look.
    const [key = ''] = await keysOf(lost);
    await forge.database.query('DELETE FROM lfs_trash WHERE oid = $1', [lost.oid]);
    await forge.database.query('DELETE FROM lfs_objects WHERE oid = $1', [lost.oid]);
    await forge.get(LfsPurgeService).all();
    expect(await keysOf(lost)).toEqual([key]);
    days(2);
    expect(await forge.get(LfsPurgeService).all()).toMatchObject({ orphans: 1 });
    expect(await keysOf(lost)).toEqual([]);
    expect(await keysOf(kept)).toHaveLength(1);
  });
});

describe('between mark and sweep', () => {
  let old: Content & { commit: string };
  const mark = () => forge.get(LfsMarkService).mark(repository);
  const sweep = async (marked: Awaited<ReturnType<typeof mark>>) =>
    forge.get(LfsSweepService).sweep(repository, marked);

  beforeEach(async () => {
    await pushed(MAIN);
    old = await pushed(TOPIC);
    await move(TOPIC, null);
    days(15);
  });

  it('a judged pointer dates the link, and the sweep passes over it', async () => {
    const marked = await mark();
    expect([...marked.marks.unmarked()]).toEqual([old.oid]);
    expect([...(await forge.get(LfsTrashService).hold(repository, [old.oid]))]).toEqual([old.oid]);
    expect((await sweep(marked)).collected).toEqual([]);
    expect(await isLinked(old)).toBe(true);
  });

  it('a judge that holds the row is waited for', async () => {
    const marked = await mark();
    const runner = forge.database.createQueryRunner();
    await runner.startTransaction();
    const link = [repository.id, old.oid];
    await runner.query('UPDATE lfs_links SET shown_at = $3 WHERE repository_id = $1 AND oid = $2', [
      ...link,
      clock.now(),
    ]);
    const sweeping = sweep(marked);
    await untilBlocked(forge.database);
    await runner.commitTransaction();
    await runner.release();
    expect((await sweeping).collected).toEqual([]);
    expect(await isLinked(old)).toBe(true);
  });

  it('a judge that comes after the sweep brings the object back', async () => {
    expect((await sweep(await mark())).collected).toMatchObject([{ oid: old.oid }]);
    const held = await forge.get(LfsTrashService).hold(repository, [old.oid, 'f'.repeat(64)]);
    expect([...held]).toEqual([old.oid]);
    expect(await isLinked(old)).toBe(true);
    expect((await sweep(await mark())).collected).toEqual([]);
  });

  it('a ref that moves to commits which no judge looked at is seen after the sweep', async () => {
    const marked = await mark();
    await updateRefs(forge.git, path, [{ ref: 'refs/heads/again', newOid: old.commit }]);
    expect(await sweep(marked)).toMatchObject({ collected: [], restored: [old.oid] });
    expect(await isLinked(old)).toBe(true);
  });

  it('a push under way keeps what its intent names, though no ref has moved', async () => {
    const marked = await mark();
    const intent = [repository.id, clock.now(), 'refs/heads/again', ZERO, old.commit];
    await forge.database.query(
      `WITH push AS (INSERT INTO pushes (id, repository_id, transport, state, created_at)
         VALUES (gen_random_uuid(), $1, 'http', 'intended', $2) RETURNING id)
       INSERT INTO push_commands (push_id, ref, old_oid, new_oid) SELECT id, $3, $4, $5 FROM push`,
      intent,
    );
    expect(await sweep(marked)).toMatchObject({ collected: [], restored: [old.oid] });
  });

  const NOTHING_SENT = { quarantine: { objectDirectory: '', alternates: '' }, migrate: () => Promise.resolve() };
  /** Pushes that make a ref name `old` again without sending its pointer. */
  const SENDING: Record<
    string,
    () => Promise<{ newOid: string } & Pick<QuarantinedObjects, 'quarantine' | 'migrate'>>
  > = {
    'nothing: the old commit itself': () => Promise.resolve({ ...NOTHING_SENT, newOid: old.commit }),
    'a commit on top of the old one': async () =>
      sentCommit({ tree: await git(['rev-parse', `${await tipOfMain()}^{tree}`]), parent: old.commit }),
    'a commit on another with the old file in it': async () =>
      sentCommit({ tree: await git(['rev-parse', `${old.commit}^{tree}`]), parent: await tipOfMain() }),
  };
  const tipOfMain = () => git(['rev-parse', MAIN]);

  async function sentCommit({ tree, parent }: { tree: string; parent: string }) {
    const who = 'a <a@x> 1700000000 +0000';
    const text = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\npush ${serial++}\n`;
    const sent = newObject('sha1', 'commit', Buffer.from(text));
    return {
      ...(await quarantineObjects(forge.git, { repositoryPath: path, format: 'sha1', objects: [sent] })),
      newOid: sent.oid,
    };
  }

  /** Every order of the steps of a sweep and of a push, each of which keeps its own order. */
  function* orders(sweep: string[], push: string[]): Generator<string[]> {
    if (sweep.length === 0 || push.length === 0) return yield [...sweep, ...push];
    for (const rest of orders(sweep.slice(1), push)) yield [sweep[0] ?? '', ...rest];
    for (const rest of orders(sweep, push.slice(1))) yield [push[0] ?? '', ...rest];
  }
  const ORDERS = [...orders(['mark', 'collect', 'look again'], ['judge', 'intend', 'move'])].map((each) => each.join());

  describe.each(Object.keys(SENDING))('a push that sends %s', (kind) => {
    it.each(ORDERS)('is safe: %s', async (order) => {
      const { newOid, quarantine, migrate } = (await SENDING[kind]?.()) ?? { ...NOTHING_SENT, newOid: '' };
      const commands = [{ ref: 'refs/heads/again', oldOid: ZERO, newOid }];
      const marks = forge.get(LfsMarkService);
      const [hasCollected, mayLook] = [deferred(), deferred()];
      const namedSince = marks.namedSince.bind(marks);
      const pause = jest.spyOn(marks, 'namedSince').mockImplementation(async (...wanted) => {
        hasCollected.resolve();
        await mayLook.promise;
        return namedSince(...wanted);
      });
      let [marked, sweeping]: [Marked?, Promise<unknown>?] = [];
      const steps: Record<string, () => Promise<unknown>> = {
        mark: async () => (marked = await mark()),
        collect: () => {
          sweeping = marked && sweep(marked);
          return hasCollected.promise;
        },
        'look again': async () => {
          mayLook.resolve();
          await sweeping;
        },
        judge: async () => {
          const opened = { repository, role: 'admin' as const };
          const judged = await forge.get(PushJudge).judge({ actor: alice, opened, commands, quarantine });
          expect(judged.refusals).toEqual([]);
        },
        intend: () =>
          forge.get(PushRecordService).intend(repository, { actorUserId: alice.userId, transport: 'http', commands }),
        move: async () => {
          await migrate();
          await updateRefs(forge.git, path, [{ ref: 'refs/heads/again', newOid }]);
        },
      };
      try {
        for (const step of order.split(',')) await steps[step]?.();
      } finally {
        pause.mockRestore();
      }
      expect(await isLinked(old)).toBe(true);
      expect(await isTrash(old)).toBe(false);
    });
  });

  it('a push over commits whose objects are gone is refused, and told what to do', async () => {
    await sweep(await mark());
    days(15);
    await collect();
    expect([await isTrash(old), await isInHub(old)]).toEqual([false, false]);
    await expect(move('refs/heads/again', old.commit)).rejects.toMatchObject({
      code: 'push_refused',
      message: expect.stringMatching(/1 LFS object is missing[\s\S]*data\.bin[\s\S]*git lfs push --all/),
    });
    await upload(repository, old.bytes);
    await move('refs/heads/again', old.commit);
  });

  it('and one over text that only looks like a pointer is not', async () => {
    const blob = await git(['hash-object', '-w', '--stdin'], `FROM debian@sha256:${'a'.repeat(64)}\n`);
    const tree = await git(['mktree'], `100644 blob ${blob}\tDockerfile\n`);
    await move('refs/heads/docker', await git(['commit-tree', tree], 'm'));
  });

  const isInHub = async ({ oid }: Content) => (await oidsIn('lfs_objects')).includes(oid);

  function deferred(): { promise: Promise<void>; resolve(): void } {
    let resolve = (): void => undefined;
    const promise = new Promise<void>((done) => (resolve = done));
    return { promise, resolve };
  }

  it('nothing that runs at once leaves a ref without its object', async () => {
    offsetMs = 0;
    for (let round = 0; round < 8; round++) {
      await forge.database.query(`UPDATE lfs_links SET shown_at = now() - interval '20 days'`);
      await forge.database.query(`UPDATE pushes SET created_at = created_at - interval '20 days'`);
      const ref = `refs/heads/again${round}`;
      const [report] = await Promise.all([collect(), move(ref, old.commit), round % 2 ? collect(true) : null]);
      expect(['done', 'busy']).toContain(report.outcome);
      expect(await isLinked(old)).toBe(true);
      await move(ref, null);
    }
  });

  it('an upload that shows the content keeps its row from a purge that has begun', async () => {
    await sweep(await mark());
    await forge.database.query('DELETE FROM lfs_trash WHERE oid = $1', [old.oid]);
    const runner = forge.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query('UPDATE lfs_objects SET touched_at = $2 WHERE oid = $1', [old.oid, clock.now()]);
    const purging = forge.get(LfsPurgeService).objects([old.oid]);
    await untilBlocked(forge.database);
    await runner.commitTransaction();
    await runner.release();
    await purging;
    expect(await keysOf(old)).toHaveLength(1);
    expect(await oidsIn('lfs_objects')).toContain(old.oid);
  });

  it('a link that is being made keeps the object from a purge that has begun', async () => {
    await sweep(await mark());
    await forge.database.query('DELETE FROM lfs_trash WHERE oid = $1', [old.oid]);
    const second = await create('second');
    const runner = forge.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query('INSERT INTO lfs_links (repository_id, oid) VALUES ($1, $2)', [second.id, old.oid]);
    const purging = forge.get(LfsPurgeService).objects([old.oid]);
    await untilBlocked(forge.database);
    await runner.commitTransaction();
    await runner.release();
    await purging;
    expect(await keysOf(old)).toHaveLength(1);
    expect(await oidsIn('lfs_links', second.id)).toEqual([old.oid]);
  });
});

describe('who keeps an object', () => {
  const keepers = async (content: Content, actor = alice) => {
    const opened = await forge.get(RepositoryAccessService).byId(alice, repository.id);
    return forge.get(LfsKeepersService).of(actor, opened!, content.oid);
  };

  it('is told with ref, commit and path; then the pushes; then nobody', async () => {
    const content = await pushed(TOPIC, 'dir/ä.bin');
    expect(await keepers(content)).toMatchObject({
      state: 'linked',
      refs: [{ ref: TOPIC, commit: content.commit, path: 'dir/ä.bin' }],
      pushes: [],
      grace_until: expect.any(String),
    });
    await move(TOPIC, null);
    expect(await keepers(content)).toMatchObject({
      refs: [],
      pushes: [{ ref: TOPIC, path: 'dir/ä.bin' }, { ref: TOPIC }],
    });
    days(15);
    expect(await keepers(content)).toMatchObject({ refs: [], pushes: [], grace_until: null });
    await forge.get(LfsLocksService).create(repository.id, alice, { path: 'dir/ä.bin', ref: TOPIC });
    expect(await keepers(content)).toMatchObject({ locks: [{ path: 'dir/ä.bin', owner: alice.name }] });
  });

  it('names those other repositories alone that the asker may read', async () => {
    const content = await pushed(MAIN);
    const bob = await forge.user(`bob${serial++}`);
    const theirs = await forge
      .get(RepositoriesService)
      .create(bob, { namespace: bob.name, name: 'private', visibility: 'private' });
    await upload(theirs, content.bytes);
    expect(await keepers(content)).toMatchObject({ other_repositories: [], other_repository_count: null });
    const root = await forge.user(`root${serial++}`, { isAdmin: true });
    expect(await keepers(content, root)).toMatchObject({
      other_repositories: [`${bob.name}/private`],
      other_repository_count: 1,
    });
  });

  it('is not told of an object that only others have', async () => {
    const second = await create('second');
    const content = await upload(second);
    await expect(keepers(content)).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('asks for runs where something happened, at most once a day', async () => {
  const state = forge.get(LfsCollectionStateService);
  const isDue = async () => (await state.due()).some(({ id }) => id === repository.id);
  expect(await isDue()).toBe(false);
  const content = await pushed(TOPIC);
  expect(await isDue()).toBe(true);
  await collect();
  expect(await isDue()).toBe(false);
  expect((await state.get(repository.id)).last_run).toMatchObject({ outcome: 'done' });
  days(1);
  expect(await isDue()).toBe(false);
  await move(TOPIC, null);
  expect(await isDue()).toBe(true);
  await collect();
  days(8);
  expect(await isDue()).toBe(true);
  days(10);
  await collect();
  expect(await isTrash(content)).toBe(true);
});

it('keeps the bytes of an object that an open upload names from the purge, and of no other', async () => {
  const [awaited, free] = [await upload(), await upload()];
  const elsewhere = await create('elsewhere');
  await forge.get(LfsObjectsService).admit(elsewhere, alice, { oids: [], claims: [awaited] });
  const both = [awaited.oid, free.oid];
  await forge.database.query('DELETE FROM lfs_links WHERE oid = ANY($1)', [both]);
  days(2);
  await forge.get(LfsPurgeService).objects(both);
  expect([await keysOf(awaited), await keysOf(free)]).toEqual([[expect.any(String)], []]);
  await forge.get(LfsPurgeService).all();
  expect(await oidsIn('lfs_objects')).toEqual(expect.arrayContaining([awaited.oid]));
  await forge.get(LfsUploadsService).release(elsewhere.id, awaited.oid);
  await forge.get(LfsPurgeService).all();
  expect(await keysOf(awaited)).toEqual([]);
});

it('keeps for an hour what was shown, where there is no grace', async () => {
  const content = await upload();
  await forge.database.query('DELETE FROM lfs_links WHERE oid = $1', [content.oid]);
  offsetMs += 3_590_000;
  await forge.get(LfsPurgeService).objects([content.oid]);
  expect(await keysOf(content)).toHaveLength(1);
  offsetMs += 20_000;
  await forge.get(LfsPurgeService).objects([content.oid]);
  expect(await keysOf(content)).toEqual([]);
});
