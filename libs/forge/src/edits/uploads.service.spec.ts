import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ObjectStore } from '@granary/object-store';
import { OBJECT_STORE } from '../database/tokens';
import type { UserActor } from '../identity';
import { RepositoriesService, type Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { stagedKey } from './staged-upload';
import { UploadsService } from './uploads.service';

let forge: ForgeFixture;
let uploads: UploadsService;
let alice: UserActor;
let repository: Repository;
let store: ObjectStore;

beforeAll(async () => {
  forge = await openForge();
  uploads = forge.get(UploadsService);
  store = forge.get<ObjectStore>(OBJECT_STORE as never);
  alice = await forge.user('alice');
  repository = await forge.get(RepositoriesService).create(alice, { namespace: 'alice', name: 'swept' });
}, 60_000);
afterAll(() => forge.close());

const stage = (path: string, content: string) =>
  uploads.stage(alice, repository, { path, stream: Readable.from([Buffer.from(content)]), sizeBytes: null });
const age = (id: string, interval: string) =>
  forge.database.query(`UPDATE staged_uploads SET touched_at = now() - $2::interval WHERE id = $1`, [id, interval]);
const ids = async () =>
  (await forge.database.query<{ id: string }[]>('SELECT id FROM staged_uploads')).map(({ id }) => id);

it('sweeps what waited for an hour, with its bytes, and leaves what is younger or still arriving', async () => {
  const [old, young, arriving] = [await stage('old', 'old'), await stage('young', 'y'), await stage('slow', 's')];
  const { open } = uploads.contentOf(old);
  expect(await text(await open())).toBe('old');
  await age(old.id, '61 minutes');
  await age(arriving.id, '2 hours');
  await forge.database.query('UPDATE staged_uploads SET sha256 = NULL WHERE id = $1', [arriving.id]);
  await uploads.sweep();
  expect((await ids()).sort()).toEqual([young.id, arriving.id].sort());
  expect(await store.stat(stagedKey(old.id))).toBeNull();
  expect(await store.stat(stagedKey(young.id))).toMatchObject({ sizeBytes: 1 });

  await age(arriving.id, '25 hours');
  await uploads.sweep();
  expect(await ids()).toEqual([young.id]);
});

it('keeps the last of two files under one path', async () => {
  await stage('twice', 'first');
  const { id } = await stage('twice', 'second');
  const waiting = (await uploads.list(alice.userId, repository.id)).filter(({ path }) => path === 'twice');
  expect(waiting).toEqual([expect.objectContaining({ id, sizeBytes: 6 })]);
});

it('leaves no row of a file whose source breaks', async () => {
  const before = await ids();
  const stream = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('the client broke off');
    })(),
  );
  await expect(uploads.stage(alice, repository, { path: 'broken', stream, sizeBytes: null })).rejects.toThrow();
  expect(await ids()).toEqual(before);
});
