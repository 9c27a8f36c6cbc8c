import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { createProject, type Project } from '../testing/project';
import { markPurged } from '../maintenance/purge-marker';
import { runGit } from '../process/run-git';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownAnswers } from './known-answers';

let fixture: Fixture;
let project: Project;
let head: string;

beforeAll(async () => {
  fixture = await createFixture();
  project = await createProject(fixture, (name) => join(fixture.directory, 'repositories', `${name}.git`), {
    files: ['a'],
  });
  await mustGit(project.work, 'push', '--quiet', 'origin', 'main');
  head = await mustGit(project.work, 'rev-parse', 'main');
});
afterAll(() => fixture.remove());

/** Longer than a step of the clock of any file system that tests run on. */
const SETTLED_MS = 2_200;

function asker(known: KnownAnswers, kind: 'ofIds' | 'ofRefs') {
  let reads = 0;
  const ask = (question = 'q', value: unknown = 1, weight?: number, path = project.path) =>
    known[kind](path, question, {
      read: () => Promise.resolve().then(() => (reads++, value)),
      ...(weight === undefined ? {} : { weigh: () => weight }),
    });
  return { ask, reads: () => reads };
}

describe('what ids say', () => {
  it('is asked for once', async () => {
    const { ask, reads } = asker(new KnownAnswers(), 'ofIds');
    expect([await ask('q', 'answer'), await ask('q', 'another'), await ask('r', 'third')]).toEqual([
      'answer',
      'answer',
      'third',
    ]);
    expect(reads()).toBe(2);
  });

  it('is asked again after a purge', async () => {
    const { ask, reads } = asker(new KnownAnswers(), 'ofIds');
    await ask();
    await sleep(5);
    await markPurged(project.path, new Date());
    await ask();
    expect(reads()).toBe(2);
  });

  it('is kept of the repositories that were asked for last, up to a weight', async () => {
    const known = new KnownAnswers({ maxWeight: 30 });
    const { ask, reads } = asker(known, 'ofIds');
    for (const path of ['/none/1', '/none/2', '/none/1', '/none/3']) await ask('q', 1, 10, path);
    expect(reads()).toBe(3);
    await ask('q', 1, 10, '/none/3');
    expect(reads()).toBe(3);
    await ask('q', 1, 10, '/none/2');
    expect(reads()).toBe(4);
  });

  it('is not kept when asking fails', async () => {
    const known = new KnownAnswers();
    const failing = { read: () => Promise.reject(new Error('git died')) };
    await expect(known.ofIds(project.path, 'q', failing)).rejects.toThrow('git died');
    expect(await known.ofIds(project.path, 'q', { read: () => Promise.resolve(2) })).toBe(2);
  });

  it('is asked once for all who come at once, and again for those who stay when the first one leaves', async () => {
    const { ask, reads } = asker(new KnownAnswers(), 'ofIds');
    expect(await Promise.all([ask('q', 'a'), ask('q', 'b'), ask('q', 'c')])).toEqual(['a', 'a', 'a']);
    expect(reads()).toBe(1);
    const known = new KnownAnswers();
    const left = known.ofIds(project.path, 'q', { read: () => Promise.reject(new Error('left')) });
    const stays = known.ofIds(project.path, 'q', { read: () => Promise.resolve('answer') });
    await expect(left).rejects.toThrow('left');
    expect(await stays).toBe('answer');
  });

  it('weighs nothing any more once it has made room', async () => {
    const known = new KnownAnswers({ maxWeight: 20 });
    const { ask, reads } = asker(known, 'ofIds');
    let release: () => void = () => undefined;
    const slow = known.ofIds('/none/slow', 'q', {
      read: () => new Promise<number>((resolve) => (release = () => resolve(1))),
      weigh: () => 1_000,
    });
    await ask('q', 1, 15, '/none/1');
    await ask('q', 1, 15, '/none/2');
    release();
    await slow;
    for (let nth = 0; nth < 3; nth++) await ask('q', 1, 10, '/none/3');
    expect(reads()).toBe(3);
  });
});

describe('what refs say', () => {
  const move = async () => {
    await runGit(fixture.home, { repositoryPath: project.path, args: ['update-ref', 'refs/heads/other', head] });
    await runGit(fixture.home, { repositoryPath: project.path, args: ['update-ref', '-d', 'refs/heads/other'] });
  };

  it('is asked for once while they stand', async () => {
    await sleep(SETTLED_MS);
    const { ask, reads } = asker(new KnownAnswers(), 'ofRefs');
    for (let nth = 0; nth < 3; nth++) await ask();
    await Promise.all([ask('r'), ask('s')]);
    await Promise.all([ask('r'), ask('s'), ask()]);
    expect(reads()).toBe(3);
  });

  it('is asked again as soon as one has moved', async () => {
    await sleep(SETTLED_MS);
    const { ask, reads } = asker(new KnownAnswers(), 'ofRefs');
    await ask();
    await move();
    expect(await ask('q', 'new')).toBe('new');
    expect(reads()).toBe(2);
  });

  it('is right after every move, however soon the next one follows', async () => {
    const known = new KnownAnswers();
    const ref = join(project.path, 'refs/heads/fast');
    for (let nth = 0; nth < 200; nth++) {
      const moved = String(nth).padStart(40, '0');
      // As git writes a ref: a new file, renamed.
      writeFileSync(`${ref}.lock`, moved);
      renameSync(`${ref}.lock`, ref);
      const read = () => readFile(ref, 'utf8');
      expect([
        await known.ofRefs(project.path, 'fast', { read }),
        await known.ofRefs(project.path, 'fast', { read }),
      ]).toEqual([moved, moved]);
    }
    rmSync(ref);
  });

  it('is asked each time where there are no refs to look at', async () => {
    const { ask, reads } = asker(new KnownAnswers(), 'ofRefs');
    for (let nth = 0; nth < 2; nth++) await ask('q', 1, 1, join(fixture.directory, 'absent.git'));
    expect(reads()).toBe(2);
  });

  it('is not kept when one moves while git is asked', async () => {
    await sleep(SETTLED_MS);
    const known = new KnownAnswers();
    const slow = known.ofRefs(project.path, 'q', { read: () => move().then(() => 'old') });
    await slow;
    expect(await known.ofRefs(project.path, 'q', { read: () => Promise.resolve('new') })).toBe('new');
  });
});
