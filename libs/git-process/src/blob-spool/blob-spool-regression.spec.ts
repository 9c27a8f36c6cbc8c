import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Claimant } from '../limits/fair-semaphore';
import { runGit } from '../process/run-git';
import { createFixture, type Fixture } from '../testing/fixture';
import { processesAbout, until } from '../testing/project';
import { BlobSpool } from './blob-spool';

const MIB = 1024 * 1024;
const claimant: Claimant = { share: 'block:192.0.2.1', isSignedIn: false };

let fixture: Fixture;
let repositoryPath: string;
let spool: BlobSpool;
const content = randomBytes(16 * MIB);
let oid: string;

beforeAll(async () => {
  fixture = await createFixture('blob-spool-');
  repositoryPath = await fixture.repository('large', 'sha1');
  const args = ['hash-object', '-w', '--stdin'];
  const { stdout } = await runGit(fixture.home, { repositoryPath, args, stdin: content });
  oid = stdout.toString().trim();
});
afterAll(() => fixture.remove());
afterEach(() => spool.close());

async function open(maxBytes = 64 * MIB, maxProcesses = 2): Promise<void> {
  spool = await BlobSpool.open(fixture.home, { directory: join(fixture.directory, 'blobs'), maxBytes, maxProcesses });
}
const blob = () => ({ repositoryPath, oid });
const read = (range?: { start: number; end: number }) => spool.read(blob(), { claimant, range });
const processes = async () => (await processesAbout(repositoryPath)).length;

it('holds no process for readers that read nothing, however many', async () => {
  await open();
  const silent = await Promise.all(Array.from({ length: 100 }, () => read()));
  await until(async () => (await processes()) === 0);
  expect((await buffer(await read())).equals(content)).toBe(true);
  for (const stream of silent) stream.destroy();
});

it('reads a part, also of a blob that git is still writing', async () => {
  await open();
  const range = { start: 5 * MIB + 7, end: 5 * MIB + 100_006 };
  expect((await buffer(await read(range))).equals(content.subarray(range.start, range.end + 1))).toBe(true);
  expect((await buffer(await read({ start: 0, end: 0 }))).equals(content.subarray(0, 1))).toBe(true);
});

it('bounds the processes also where nothing fits into the spool, and says when to come back', async () => {
  await open(0, 2);
  // A block of strangers may have one of two places.
  const silent = await read();
  // Whoever comes before git's first byte reads along, at the speed of the slowest.
  await once(silent, 'readable');
  await until(async () => (await processes()) === 1);
  const late = new AbortController();
  const waiting = spool.read(blob(), { claimant, signal: late.signal });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await processes()).toBe(1);
  late.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  const alice = await spool.read(blob(), { claimant: { share: 'account:1', isSignedIn: true } });
  expect((await buffer(alice)).equals(content)).toBe(true);
  silent.destroy();
  await until(async () => (await processes()) === 0);
});

it('ends git when the only reader leaves early, and leaves no file behind when it is closed', async () => {
  await open(0);
  (await read()).destroy();
  await until(async () => (await processes()) === 0);
  await spool.close();
  expect(await readdir(join(fixture.directory, 'blobs'))).toEqual([]);
});

it('breaks off where git fails, so that nobody takes a part for the whole', async () => {
  await open();
  const missing = await spool.read({ repositoryPath, oid: '0'.repeat(40) }, { claimant });
  await expect(buffer(missing)).rejects.toThrow(/exited with 128/);
});
