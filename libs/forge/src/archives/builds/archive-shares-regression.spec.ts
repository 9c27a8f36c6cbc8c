import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Claimant } from '@granary/git-process';
import type { ArchiveBuild } from './archive-build';
import { ArchiveBuilds } from './archive-builds';

const STRANGER: Claimant = { share: 'block:192.0.2.0', isSignedIn: false };
const NEIGHBOUR: Claimant = { share: 'block:198.51.100.0', isSignedIn: false };
const ALICE: Claimant = { share: 'account:1', isSignedIn: true };

let directory: string;
let builds: ArchiveBuilds;
let serial = 0;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'granary-builds-'));
  builds = new ArchiveBuilds({ directory, maxBytes: 1e6, maxMinutes: 1, perRepository: 4, overall: 4 });
});
afterEach(async () => {
  await builds.close();
  await rm(directory, { recursive: true });
});

/** An archive that never comes to its end, as for a client that does not read. */
async function endless(claimant: Claimant): Promise<ArchiveBuild> {
  const facts = { isRepeatable: true, missingLfsFiles: 0 };
  const start = () => Promise.resolve({ facts, stream: new Readable({ read: () => undefined }), fitsFile: true });
  const build = await builds.begin(
    `key-${serial++}`,
    { repositoryId: 1, claimant },
    { start, keep: () => Promise.resolve(null) },
  );
  build.read().on('error', () => undefined);
  build.begun().catch(() => undefined);
  return build;
}

/** Whether each archive is being made, once those that `expected` says are. One that wrongly waits is refused in the end. */
async function made(claimants: readonly Claimant[], expected: readonly boolean[]): Promise<boolean[]> {
  const begun = [];
  for (const claimant of claimants) begun.push(await endless(claimant));
  const isMade = begun.map(() => false);
  const starts = begun.map(async (build, index) => {
    await build.begun();
    isMade[index] = true;
  });
  for (const start of starts) start.catch(() => undefined);
  await Promise.all(starts.filter((_start, index) => expected[index]));
  return isMade;
}

it('leaves places to others when one stranger wants many archives of a repository', async () => {
  const expected = [true, true, false, true];
  expect(await made([STRANGER, STRANGER, STRANGER, NEIGHBOUR], expected)).toEqual(expected);
});

it('leaves a place to who has signed in when strangers take all of theirs', async () => {
  const expected = [true, true, true, false, true];
  expect(await made([STRANGER, STRANGER, NEIGHBOUR, NEIGHBOUR, ALICE], expected)).toEqual(expected);
});

it('refuses whoever waits at once when the hub stops', async () => {
  await made([STRANGER, STRANGER], [true, true]);
  const waiting = await endless(STRANGER);
  await builds.close();
  await expect(waiting.begun()).rejects.toMatchObject({ code: 'unavailable' });
});
