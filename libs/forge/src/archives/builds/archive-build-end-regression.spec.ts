import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ArchiveBuilds } from './archive-builds';
import { ArchiveBuild, type StartedArchive } from './archive-build';

let directory: string;
beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'granary-build-'))));
afterAll(() => rm(directory, { recursive: true }));

const silent = () => new Readable({ read: () => undefined });

function build(name: string, start: () => Promise<StartedArchive>): { path: string; build: ArchiveBuild } {
  const path = join(directory, name);
  return {
    path,
    build: new ArchiveBuild({
      path,
      start,
      room: { take: () => true, giveBack: () => undefined },
      inTurn: (work) => work(),
      keep: () => Promise.resolve(null),
      maxMs: 60_000,
      onSettled: () => undefined,
    }),
  };
}

const facts = { isRepeatable: true, missingLfsFiles: 0 };

it('ends with a source that stops in the middle and hears no signal', async () => {
  const stream = silent();
  stream.push('the beginning');
  const making = build('silent', () => Promise.resolve({ facts, stream, fitsFile: true }));
  await making.build.begun();
  making.build.stop(new Error('the hub ends'));
  await making.build.settled;
  expect([stream.destroyed, existsSync(making.path)]).toEqual([true, false]);
  await expect(making.build.begun()).rejects.toThrow('the hub ends');
});

it('ends with a source that never begins, and ends one that begins too late', async () => {
  let begin: (archive: StartedArchive) => void = () => undefined;
  const making = build('late', () => new Promise((resolve) => (begin = resolve)));
  making.build.stop(new Error('the hub ends'));
  await making.build.settled;
  const stream = silent();
  begin({ facts, stream, fitsFile: true });
  await new Promise(setImmediate);
  expect(stream.destroyed).toBe(true);
});

it('begins nothing that is asked for while the end comes', async () => {
  const own = join(directory, 'own');
  const builds = new ArchiveBuilds({ directory: own, maxBytes: 1000, maxMinutes: 1, perRepository: 1, overall: 1 });
  const start = jest.fn();
  const asked = builds.begin(
    'key',
    { repositoryId: 1, claimant: { share: 'account:1', isSignedIn: true } },
    { start, keep: () => Promise.resolve(null) },
  );
  const refused = expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  await builds.close();
  await refused;
  expect([start.mock.calls, readdirSync(own)]).toEqual([[], []]);
});
