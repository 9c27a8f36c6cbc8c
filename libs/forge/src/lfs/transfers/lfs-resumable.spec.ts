import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { MIB } from '@granary/kernel';
import { ANONYMOUS } from '../../identity/actor';
import { RepositoriesService, type Repository } from '../../repositories';
import { openForge, type ForgeFixture } from '../../testing/forge-fixture';
import { LfsObjectsService } from '../lfs-objects.service';
import { LfsResumableService } from './lfs-resumable.service';
import { LfsUploadsService, type LfsUpload, type UploadClaim } from '../lfs-uploads.service';

let forge: ForgeFixture;
let repository: Repository;

beforeAll(async () => {
  forge = await openForge();
  const alice = await forge.user('alice');
  repository = await forge.get(RepositoriesService).create(alice, { namespace: 'alice', name: 'data' });
}, 60_000);

afterAll(() => forge.close());

const claimOf = (bytes: Buffer): UploadClaim => ({
  oid: createHash('sha256').update(bytes).digest('hex'),
  sizeBytes: bytes.length,
});

async function reserve(claim: UploadClaim): Promise<LfsUpload> {
  const room = await forge.get(LfsObjectsService).admit(repository, ANONYMOUS, { oids: [], claims: [claim] });
  const upload = room.get(claim.oid);
  if (!upload) throw new Error('nothing reserved');
  return upload;
}

const receive = (claim: UploadClaim, offsetBytes: number, stream: Readable) =>
  forge.get(LfsResumableService).receive(repository, claim, { offsetBytes, stream });
const offset = (claim: UploadClaim) => forge.get(LfsResumableService).offset(repository, claim);

async function stagedKeys({ id }: LfsUpload): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of forge.store.list(`staging/${id}`)) keys.push(key);
  return keys;
}

it('goes on at every byte, across pieces, and is linked at the end', async () => {
  const bytes = randomBytes(33 * MIB);
  const claim = claimOf(bytes);
  const upload = await reserve(claim);
  const cuts = [0, 1, 5 * MIB, 16 * MIB, 16 * MIB + 1, 32 * MIB - 1, bytes.length];
  for (const [at, from] of cuts.slice(0, -1).entries()) {
    expect(await offset(claim)).toBe(from);
    expect(await receive(claim, from, Readable.from([bytes.subarray(from, cuts[at + 1])]))).toBe(cuts[at + 1]);
  }
  expect(await stagedKeys(upload)).toHaveLength(3);
  expect(await offset(claim)).toBe(bytes.length);
  expect((await forge.get(LfsObjectsService).requireLinked(repository.id, claim.oid)).sizeBytes).toBe(bytes.length);
  expect(await stagedKeys(upload)).toEqual([]);
  await expect(receive(claim, 0, Readable.from([bytes]))).rejects.toMatchObject({ code: 'conflict' });
});

it('keeps what came before its source failed', async () => {
  const bytes = randomBytes(3 * MIB);
  const claim = claimOf(bytes);
  await reserve(claim);
  const source = new PassThrough();
  const received = receive(claim, 0, source);
  await new Promise((resolve) => source.write(bytes.subarray(0, MIB), resolve));
  source.destroy(new Error('the client is gone'));
  await expect(received).rejects.toThrow('the client is gone');
  expect(await offset(claim)).toBe(MIB);
});

it('takes bytes where it stands and nowhere else, and only under the size that was reserved', async () => {
  const bytes = randomBytes(1000);
  const claim = claimOf(bytes);
  await reserve(claim);
  const rest = (from: number) => Readable.from([bytes.subarray(from)]);
  for (const wrong of [1, 400, 1000]) {
    await expect(receive(claim, wrong, rest(wrong))).rejects.toMatchObject({ code: 'conflict' });
  }
  await receive(claim, 0, Readable.from([bytes.subarray(0, 400)]));
  for (const wrong of [0, 399, 401]) {
    await expect(receive(claim, wrong, rest(wrong))).rejects.toMatchObject({ code: 'conflict' });
  }
  for (const sizeBytes of [400, 999, 1001]) {
    await expect(offset({ ...claim, sizeBytes })).rejects.toMatchObject({ code: 'not_found' });
    await expect(receive({ ...claim, sizeBytes }, 400, rest(400))).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(await offset(claim)).toBe(400);
  await receive(claim, 400, rest(400));
  expect(await offset(claim)).toBe(1000);
});

it('takes no byte behind the end, and keeps those before it', async () => {
  const bytes = randomBytes(1000);
  const claim = claimOf(bytes);
  await reserve(claim);
  const long = Readable.from([bytes.subarray(0, 400), Buffer.concat([bytes.subarray(400), Buffer.alloc(7)])]);
  await expect(receive(claim, 0, long)).rejects.toMatchObject({ code: 'invalid' });
  expect(await offset(claim)).toBe(1000);
});

it('ends for whoever comes later', async () => {
  const bytes = randomBytes(3 * MIB);
  const claim = claimOf(bytes);
  await reserve(claim);
  const silent = new PassThrough();
  const first = receive(claim, 0, silent);
  first.catch(() => undefined);
  await new Promise((resolve) => silent.write(bytes.subarray(0, MIB), resolve));
  expect(await offset(claim)).toBe(MIB);
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  expect(await receive(claim, MIB, Readable.from([bytes.subarray(MIB)]))).toBe(bytes.length);
  expect(await offset(claim)).toBe(bytes.length);
});

it('outlives the sweep while its room is reserved, and no longer than a day after', async () => {
  const bytes = randomBytes(1000);
  const claim = claimOf(bytes);
  const upload = await reserve(claim);
  await receive(claim, 0, Readable.from([bytes.subarray(0, 400)]));
  const sweepAt = (now: Date) => {
    const later = Object.create(forge.get(LfsUploadsService), { clock: { value: { now: () => now } } });
    return (later as LfsUploadsService).sweep();
  };
  await sweepAt(new Date(Date.now() + 23 * 3_600_000));
  expect(await stagedKeys(upload)).toHaveLength(1);
  expect(await offset(claim)).toBe(400);
  await sweepAt(new Date(Date.now() + 25 * 3_600_000));
  expect(await stagedKeys(upload)).toEqual([]);
  await expect(offset(claim)).rejects.toMatchObject({ code: 'not_found' });
});
