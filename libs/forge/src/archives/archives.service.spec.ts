import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { runGit } from '@granary/git-process/testing';
import { type DomainError, systemClock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { FORGE_OPTIONS, OBJECT_STORE } from '../database/tokens';
import type { UserActor } from '../identity';
import { LfsObjectsService } from '../lfs';
import type { ForgeOptions } from '../options';
import { RepositoriesService, type Repository } from '../repositories';
import { type ForgeFixture, openForge } from '../testing/forge-fixture';
import { SweepsService } from '../work/sweeps.service';
import { ArchiveCacheService } from './builds/archive-cache.service';
import { ArchivesService, type PreparedArchive } from './archives.service';
import { processesNaming } from './testing/archives';
import { noise } from '@granary/archive-format/testing';
import { makeRepository, oidOf, pointerTo, type TestFile } from './testing/repository';

const MIB = 1024 * 1024;
const MEDIA = noise(1, 8 * MIB);
const FILES: TestFile[] = [
  { path: '.gitattributes', content: '*.bin filter=lfs\n' },
  { path: 'a.txt', content: 'first\n' },
  { path: 'media.bin', content: pointerTo(MEDIA) },
  { path: 'z.txt', content: 'last\n' },
];

let forge: ForgeFixture;
let alice: UserActor;
let archives: ArchivesService;
let cache: ArchiveCacheService;
let store: ObjectStore;
let spool: string;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
  archives = forge.get(ArchivesService);
  cache = forge.get(ArchiveCacheService);
  store = forge.get(OBJECT_STORE as never);
  spool = forge.get<ForgeOptions>(FORGE_OPTIONS as never).archives.spoolDir;
}, 60_000);
afterAll(() => forge.close());
afterEach(() => jest.restoreAllMocks());

async function repositoryOf(files: readonly TestFile[], contents: readonly Buffer[]): Promise<Repository> {
  const repositories = forge.get(RepositoriesService);
  const repository = await repositories.create(alice, { namespace: 'alice', name: `r${serial++}` });
  for (const content of contents) {
    const claim = { oid: oidOf(content), sizeBytes: content.length };
    await forge.get(LfsObjectsService).upload(repository, claim, { stream: Readable.from([content]) });
  }
  await makeRepository(forge.git, repositories.storage.pathOf(repository.id), files);
  return repository;
}

const prepare = (repository: Repository, address = 'main.tar', query: Record<string, unknown> = {}) =>
  archives.prepare(repository, address, query);

let askers = 0;
/** Each somebody else; tests of shares stand beside the builds. */
const askerWith = (signal = new AbortController().signal) => ({
  claimant: { share: `account:${askers++}`, isSignedIn: true },
  signal,
});

const open = async (prepared: PreparedArchive, signal = new AbortController().signal) =>
  (await archives.open(prepared, askerWith(signal))).stream;

const read = async (prepared: PreparedArchive) => buffer(await open(prepared));

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Waits, within a limit, until `holds`. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let turn = 0; !(await holds()); turn++) {
    if (turn > 1000) throw new Error('it did not come true within 10 s');
    await pause(10);
  }
}

const spoolFiles = async () => (await readdir(spool, { recursive: true })).filter((name) => name.includes('/'));

const objectsOf = async ({ repository }: PreparedArchive) => {
  const found: string[] = [];
  for await (const { key } of store.list(`archives/${repository.id}/`)) found.push(key);
  return found;
};

/** Until nothing more is under way: kept, or given up. */
const atRest = (prepared: PreparedArchive) =>
  until(async () => (await spoolFiles()).length === 0 && (await processesOf(prepared)).length === 0);
/** The long-lived cat-file is not among them. */
const processesOf = ({ repository }: PreparedArchive) =>
  processesNaming(`${forge.get(RepositoriesService).storage.pathOf(repository.id)}\0archive`);

/** Store reads that stop before their last byte until they are let go. */
function holdReads() {
  const held: (() => void)[] = [];
  const original = LfsObjectsService.prototype.read;
  const spy = jest.spyOn(LfsObjectsService.prototype, 'read').mockImplementation(async function (
    this: LfsObjectsService,
    ...args
  ) {
    const bytes = await buffer(await original.apply(this, args));
    const stream = new Readable({ read: () => undefined });
    stream.push(bytes.subarray(0, bytes.length / 2));
    held.push(() => {
      if (stream.destroyed) return;
      stream.push(bytes.subarray(bytes.length / 2));
      stream.push(null);
    });
    return stream;
  });
  return { spy, held, letGo: () => held.splice(0).forEach((go) => go()) };
}

describe('an archive that is asked for', () => {
  it('is made once for all who ask meanwhile, and kept with its size and checksum', async () => {
    const prepared = await prepare(await repositoryOf(FILES, [MEDIA]));
    const { spy, held, letGo } = holdReads();
    const reads = [read(prepared), read(prepared)];
    await until(() => held.length === 1);
    reads.push(read(prepared));
    expect(await archives.kept(prepared)).toBeNull();
    await expect(archives.checksum(prepared)).rejects.toMatchObject({ code: 'not_found' });
    letGo();
    const [first, ...others] = await Promise.all(reads);
    for (const other of others) expect(other.equals(first as Buffer)).toBe(true);
    expect(spy).toHaveBeenCalledTimes(1);
    expect(first?.includes(MEDIA)).toBe(true);

    // At once, though it may still be on its way to the store.
    const kept = await archives.kept(prepared);
    expect(kept).toMatchObject({ sizeBytes: first?.length, sha256: sha256(first as Buffer) });
    await atRest(prepared);
    const stored = await archives.kept(prepared);
    expect(stored).toMatchObject({ sizeBytes: first?.length, sha256: sha256(first as Buffer) });
    expect(await objectsOf(prepared)).toEqual([`archives/${prepared.repository.id}/${prepared.key}`]);
    for (const each of [kept, stored]) {
      const part = await buffer((await each?.open({ start: 1000, end: 2999 })) as Readable);
      expect(part.equals((first as Buffer).subarray(1000, 3000))).toBe(true);
    }
    expect(await archives.checksum(prepared)).toBe(sha256(first as Buffer));
    expect(spy).toHaveBeenCalledTimes(1);
  });

  it('runs ahead of a reader that hardly reads, who goes on from the store', async () => {
    const prepared = await prepare(await repositoryOf(FILES, [MEDIA]));
    const slow = await open(prepared);
    await once(slow, 'readable');
    const first = slow.read(10) as Buffer;
    const whole = await read(prepared);
    await until(async () => (await spoolFiles()).length === 0);
    expect(await archives.kept(prepared)).not.toBeNull();
    expect(Buffer.concat([first, await buffer(slow)]).equals(whole)).toBe(true);
  });

  it('ends with its last reader, and not before', async () => {
    const prepared = await prepare(await repositoryOf(FILES, [MEDIA]));
    const { held, letGo } = holdReads();
    const owner = new AbortController();
    const [leaving, staying] = [await open(prepared, owner.signal), await open(prepared)];
    await until(() => held.length === 1);
    owner.abort(new Error('the client has left'));
    await until(() => leaving.closed);
    expect(leaving.readableEnded).toBe(false);
    staying.destroy();
    await atRest(prepared);
    expect(await objectsOf(prepared)).toEqual([]);
    letGo();

    jest.restoreAllMocks();
    const again = await open(prepared);
    (await open(prepared)).destroy();
    expect((await buffer(again)).includes(MEDIA)).toBe(true);
  });

  it('fails for all its readers when an object fails in the middle, and is not kept', async () => {
    const prepared = await prepare(await repositoryOf(FILES, [MEDIA]));
    jest.spyOn(LfsObjectsService.prototype, 'read').mockImplementation(async () => {
      const broken = async function* () {
        yield MEDIA.subarray(0, MIB);
        await pause(50);
        throw new Error('the store is gone');
      };
      return Readable.from(broken(), { objectMode: false });
    });
    const streams = await Promise.all([open(prepared), open(prepared)]);
    for (const stream of streams) await expect(buffer(stream)).rejects.toThrow('the store is gone');
    await atRest(prepared);
    expect(await objectsOf(prepared)).toEqual([]);
    expect(await archives.kept(prepared)).toBeNull();
  });

  it('is refused with the paths when the store has lost an object, and made with the pointer on request', async () => {
    const lost = noise(2, 1000);
    const repository = await repositoryOf([...FILES, { path: 'lost.bin', content: pointerTo(lost) }], [MEDIA, lost]);
    const { storageKey } = await forge.get(LfsObjectsService).requireLinked(repository.id, oidOf(lost));
    await store.delete(storageKey);
    const refusal = { code: 'lfs_objects_missing', details: { paths: ['lost.bin'], count: 1 } };
    await expect(read(await prepare(repository))).rejects.toMatchObject(refusal);
    await expect(archives.check(await prepare(repository), askerWith())).rejects.toMatchObject(refusal);

    const lenient = await prepare(repository, 'main.tar', { missing: 'pointer' });
    const { stream, facts } = await archives.open(lenient, askerWith());
    expect(facts).toEqual({ isRepeatable: false, missingLfsFiles: 1 });
    expect(archives.headers(lenient, facts)).toMatchObject({
      'Cache-Control': 'no-store',
      'X-Missing-LFS-Objects': '1',
    });
    const tar = await buffer(stream);
    expect(tar.includes(pointerTo(lost))).toBe(true);
    expect(tar.includes(MEDIA)).toBe(true);
    await atRest(lenient);
    expect(await objectsOf(lenient)).toEqual([]);
  });

  it('is refused with the server that .lfsconfig names for what is not here', async () => {
    const lost = { path: 'lost.bin', content: pointerTo(noise(3, 1000)) };
    const missingIn = async (url: string) => {
      const config = { path: '.lfsconfig', content: `[lfs]\n\turl = ${url}\n` };
      const prepared = await prepare(await repositoryOf([config, ...FILES, lost], [MEDIA]));
      const refusal = await archives.check(prepared, askerWith()).catch((error: unknown) => error);
      const { missingLfsFiles, missingPlace } = await archives.survey(prepared, askerWith());
      expect(refusal).toMatchObject({ code: 'lfs_objects_missing', details: { paths: ['lost.bin'], count: 1 } });
      expect(missingLfsFiles).toBe(1);
      return { ...(refusal as DomainError), message: (refusal as DomainError).message, missingPlace };
    };
    expect(await missingIn('https://user:secret@lfs.example/store')).toMatchObject({
      message:
        'lost.bin has no LFS object in this repository: .lfsconfig at this commit names another LFS server, lfs.example.',
      hint: expect.stringMatching(/git lfs pull.*missing=pointer/),
      missingPlace: { host: 'lfs.example', repository: null },
    });
    const others = {
      'file:///mnt/lfs': { text: 'another LFS server.', place: { host: null, repository: null } },
      'http://hub.example/bob/x.git/info/lfs': {
        text: 'another repository of this hub, bob/x.',
        place: { host: 'hub.example', repository: 'bob/x' },
      },
    };
    for (const [url, { text, place }] of Object.entries(others)) {
      const { message, missingPlace } = await missingIn(url);
      expect([message.split('names ')[1], missingPlace]).toEqual([text, place]);
    }
    const own = `http://hub.example/alice/r${serial}`;
    expect(await missingIn(own)).toMatchObject({
      message: 'lost.bin has no LFS object in this repository.',
      hint: expect.stringContaining('git lfs push --all'),
      missingPlace: null,
    });
  });

  it('never holds an object that another repository links', async () => {
    await repositoryOf([], [MEDIA]);
    const thief = await repositoryOf(FILES, []);
    await expect(read(await prepare(thief))).rejects.toMatchObject({ code: 'lfs_objects_missing' });
    const { kept, checksum } = archives;
    const other = await prepare(await repositoryOf(FILES, [MEDIA]));
    await read(other);
    // The same commit, and the same key but for the repository.
    const same = { ...other, repository: thief };
    expect(await kept.call(archives, same)).toBeNull();
    await expect(checksum.call(archives, same)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of which the refs decide a part is made anew each time', async () => {
    const files = [
      { path: '.gitattributes', content: 'version export-subst\n' },
      { path: 'version', content: '$Format:%D$\n' },
    ];
    const prepared = await prepare(await repositoryOf(files, []));
    const { stream, facts } = await archives.open(prepared, askerWith());
    expect((await buffer(stream)).toString()).toContain('HEAD -> main');
    expect(archives.headers(prepared, facts)).not.toHaveProperty('ETag');
    await atRest(prepared);
    expect(await archives.kept(prepared)).toBeNull();
  });

  it('that is too large for the cache is streamed, and its checksum known', async () => {
    const huge = noise(3, 40 * MIB);
    const files = [FILES[0] as TestFile, { path: 'huge.bin', content: pointerTo(huge) }];
    const prepared = await prepare(await repositoryOf(files, [huge]));
    const stream = await open(prepared);
    expect(await spoolFiles()).toEqual([]);
    const bytes = await buffer(stream);
    expect(bytes.includes(huge)).toBe(true);
    await until(() => archives.checksum(prepared).then(Boolean, () => false));
    expect(await archives.checksum(prepared)).toBe(sha256(bytes));
    expect(await archives.kept(prepared)).toBeNull();
    expect(await objectsOf(prepared)).toEqual([]);
  });

  it('waits for its turn, and is refused with a time to come back when too many do', async () => {
    const { held, letGo } = holdReads();
    const small = noise(4, 1000);
    const files = [FILES[0] as TestFile, { path: 'small.bin', content: pointerTo(small) }];
    const repository = await repositoryOf(files, [small]);
    const requests = await Promise.all(
      Array.from({ length: 13 }, (_, index) => prepare(repository, 'main.tar', { exclude_paths: `none${index}` })),
    );
    // Four work and eight wait; there is no place for the thirteenth.
    const all = requests.map((request) => read(request));
    const refused = Promise.any(
      all.map((one) =>
        one.then(
          () => Promise.reject(new Error('made')),
          (error) => error,
        ),
      ),
    );
    expect(await refused).toMatchObject({ code: 'rate_limited', retryAfterSeconds: expect.any(Number) });
    expect(held.length).toBeLessThanOrEqual(4);
    const goOn = setInterval(letGo, 5);
    const outcomes = await Promise.allSettled(all);
    clearInterval(goOn);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(12);
  });
});

describe('the cache', () => {
  const keepOne = async () => {
    const prepared = await prepare(await repositoryOf(FILES, [MEDIA]));
    const key = prepared.key as string;
    await read(prepared);
    // The object goes before its row.
    await until(async () => (await cache.checksum({ repositoryId: prepared.repository.id, key })) !== null);
    await atRest(prepared);
    return prepared;
  };
  const usedAt = (prepared: PreparedArchive, time: string) =>
    forge.database.query(`UPDATE archives SET used_at = now() - $1::interval WHERE repository_id = $2`, [
      time,
      prepared.repository.id,
    ]);

  it('makes an archive again when the store has lost it', async () => {
    const prepared = await keepOne();
    await store.delete((await objectsOf(prepared))[0] as string);
    expect(await archives.kept(prepared)).toBeNull();
    await expect(archives.checksum(prepared)).rejects.toMatchObject({ code: 'not_found' });
    await read(prepared);
    await atRest(prepared);
    expect(await archives.kept(prepared)).not.toBeNull();
  });

  it('removes the least lately used when it is full, and what nobody asked for in days', async () => {
    // Room for three of 8 MiB and a bit.
    const bounds = forge.get<ForgeOptions>(FORGE_OPTIONS as never).archives;
    const { cacheBytes } = bounds;
    bounds.cacheBytes = 30 * MIB;
    const kept = [await keepOne(), await keepOne(), await keepOne()];
    for (const [index, prepared] of kept.entries()) await usedAt(prepared, `${20 - index} hours`);
    await archives.kept(kept[0] as PreparedArchive);
    await keepOne();
    const left = await Promise.all(kept.map(async (prepared) => (await objectsOf(prepared)).length));
    expect(left).toEqual([1, 0, 1]);
    await usedAt(kept[2] as PreparedArchive, '8 days');
    await cache.trim();
    expect(await objectsOf(kept[2] as PreparedArchive)).toEqual([]);
    expect(await archives.kept(kept[2] as PreparedArchive)).toBeNull();
    bounds.cacheBytes = cacheBytes;
  });

  it('gives way to what the disk is needed for, and its checksum stays', async () => {
    const prepared = await keepOne();
    const { sha256 } = (await archives.kept(prepared)) as { sha256: string };
    await cache.giveWay();
    expect(await objectsOf(prepared)).toEqual([]);
    expect(await archives.kept(prepared)).toBeNull();
    expect(await archives.checksum(prepared)).toBe(sha256);
    await cache.giveWay();
  });

  it('goes with its repository', async () => {
    const [deleted, purged, stays] = [await keepOne(), await keepOne(), await keepOne()];
    const repositories = forge.get(RepositoriesService);
    await repositories.delete(alice, deleted.repository);
    await repositories.delete(alice, purged.repository);
    await forge.database.query(`UPDATE repositories SET deleted_at = now() - interval '15 days' WHERE id = $1`, [
      purged.repository.id,
    ]);
    await forge.get(SweepsService).tidy();
    expect(await objectsOf(deleted)).toEqual([]);
    expect(await objectsOf(purged)).toEqual([]);
    expect((await objectsOf(stays)).length).toBe(1);
  });

  it('sweeps objects that no row knows, once they are old', async () => {
    const stays = await keepOne();
    await store.put('archives/1/orphan', Readable.from([Buffer.from('x')]));
    await cache.sweep();
    expect(await store.stat('archives/1/orphan')).not.toBeNull();
    jest.spyOn(systemClock, 'now').mockReturnValue(new Date(Date.now() + 2 * 3_600_000));
    await cache.sweep();
    expect(await store.stat('archives/1/orphan')).toBeNull();
    expect((await objectsOf(stays)).length).toBe(1);
  });
});

describe('a ref', () => {
  const git = async (repository: Repository, ...args: string[]) => {
    const repositoryPath = forge.get(RepositoriesService).storage.pathOf(repository.id);
    const identity = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@x',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@x',
    };
    return (await runGit(forge.git, { repositoryPath, args, env: identity })).stdout.toString().trim();
  };

  it('that is two things is asked about, unless both are the same commit', async () => {
    const repository = await repositoryOf(FILES, []);
    const head = await git(repository, 'rev-parse', 'main');
    await git(repository, 'branch', 'v1', head);
    await git(repository, 'tag', '-a', '-m', 'x', 'v1', head);
    expect(await prepare(repository, 'v1.zip')).toMatchObject({ commit: head });
    const other = await git(repository, 'commit-tree', '-m', 'other', `${head}^{tree}`);
    await git(repository, 'update-ref', 'refs/heads/v1', other);
    await expect(prepare(repository, 'v1.zip')).rejects.toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('refs/tags/v1'),
    });
    expect(await prepare(repository, 'refs/heads/v1.zip')).toMatchObject({ commit: other, isImmutable: false });
    expect(await prepare(repository, 'refs/tags/v1.zip')).toMatchObject({ commit: head });
    expect((await prepare(repository, 'refs/tags/v1.zip')).fileName).toMatch(/^r\d+-v1-/);
  });

  it('may be a commit, whole or abbreviated, a tag, HEAD or have slashes', async () => {
    const repository = await repositoryOf(FILES, []);
    const head = await git(repository, 'rev-parse', 'main');
    await git(repository, 'branch', 'feature/a/b', head);
    await git(repository, 'tag', 'v1.0', head);
    for (const name of [head, head.slice(0, 9), 'HEAD', 'feature/a/b', 'v1.0', 'main/any-name'])
      expect(await prepare(repository, `${name}.zip`)).toMatchObject({ commit: head });
    expect((await prepare(repository, `${head.slice(0, 9)}.zip`)).isImmutable).toBe(true);
    for (const name of ['nope', 'feature', 'refs/heads/nope', 'refs/tags/main', head.replace(/./g, 'e')])
      await expect(prepare(repository, `${name}.zip`)).rejects.toMatchObject({ code: 'not_found' });
    await git(repository, 'tag', 'tree', `${head}^{tree}`);
    const tree = await git(repository, 'rev-parse', `${head}^{tree}`);
    expect(await prepare(repository, 'tree.zip')).toMatchObject({ commit: tree });
    const file = (await git(repository, 'ls-tree', '-r', '--object-only', head)).split('\n')[0] ?? '';
    await git(repository, 'tag', 'file', file);
    await expect(prepare(repository, 'file.zip')).rejects.toMatchObject({ code: 'invalid' });
  });
});

it('leaves no file behind when the hub ends', async () => {
  const prepared = await prepare(await repositoryOf(FILES, [MEDIA]));
  const { held } = holdReads();
  const stream = await open(prepared);
  await until(() => held.length === 1);
  expect((await spoolFiles()).map((name) => join(name))).toHaveLength(1);
  const failed = buffer(stream).catch((error: Error) => error.message);
  await archives.onApplicationShutdown();
  expect(await failed).toBe('The hub is shutting down.');
  expect(await readdir(spool)).toEqual([]);
  await expect(open(prepared)).rejects.toMatchObject({ code: 'unavailable' });
});
