import { GitLimits } from './git-limits';
import { KeyedSemaphore, Semaphore } from './semaphore';

/** A piece of work that ends when told to. */
function piece() {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const started: { count: number } = { count: 0 };
  return { finish, started, work: () => (started.count++, done) };
}

const patient = { maxWaitMs: 60_000 };

describe('Semaphore', () => {
  it('admits up to its permits, then in the order of arrival', async () => {
    const semaphore = new Semaphore({ permits: 2, maxQueued: 9, ...patient });
    const pieces = Array.from({ length: 4 }, piece);
    const runs = pieces.map(({ work }) => semaphore.run(work));
    const started = async () => (await Promise.resolve(), pieces.map((each) => each.started.count));
    expect(await started()).toEqual([1, 1, 0, 0]);
    pieces[1]?.finish();
    await runs[1];
    expect(await started()).toEqual([1, 1, 1, 0]);
    pieces.forEach(({ finish }) => finish());
    await Promise.all(runs);
    expect(semaphore.isIdle).toBe(true);
  });

  it('refuses at once when the queue is full', async () => {
    const semaphore = new Semaphore({ permits: 1, maxQueued: 1, ...patient });
    const [first, second] = [piece(), piece()];
    const runs = [semaphore.run(first.work), semaphore.run(second.work)];
    await expect(semaphore.run(piece().work)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 60 });
    first.finish();
    second.finish();
    await Promise.all(runs);
  });

  it('refuses who waited too long, and forgets them', async () => {
    const semaphore = new Semaphore({ permits: 1, maxQueued: 1, maxWaitMs: 1 });
    const [busy, late] = [piece(), piece()];
    const run = semaphore.run(busy.work);
    await expect(semaphore.run(late.work)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
    busy.finish();
    await run;
    expect(late.started.count).toBe(0);
    await expect(semaphore.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('lets go of a waiter whose signal fires', async () => {
    const semaphore = new Semaphore({ permits: 1, maxQueued: 1, ...patient });
    const busy = piece();
    const run = semaphore.run(busy.work);
    const owner = new AbortController();
    const waiting = semaphore.run(piece().work, owner.signal);
    owner.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    busy.finish();
    await run;
    expect(semaphore.isIdle).toBe(true);
  });

  it('gives the permit back when the work fails', async () => {
    const semaphore = new Semaphore({ permits: 1, maxQueued: 0, ...patient });
    await expect(semaphore.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(semaphore.run(() => Promise.resolve(1))).resolves.toBe(1);
  });
});

it('KeyedSemaphore keeps keys apart and forgets the ones nobody uses', async () => {
  const keyed = new KeyedSemaphore({ permits: 1, maxQueued: 0, ...patient });
  const [a, b] = [piece(), piece()];
  const runs = [keyed.run('a', a.work), keyed.run('b', b.work)];
  await expect(keyed.run('a', piece().work)).rejects.toMatchObject({ code: 'unavailable' });
  expect([a.started.count, b.started.count, keyed.size]).toEqual([1, 1, 2]);
  a.finish();
  b.finish();
  await Promise.all(runs);
  expect(keyed.size).toBe(0);
});

const account = (at: number) => ({ share: `account:${at}`, isSignedIn: true });

describe('GitLimits', () => {
  it.each([
    ['upload-pack', 20],
    ['receive-pack', 5],
  ] as const)('%s: %d at once in a repository', async (operation, permits) => {
    const limits = new GitLimits();
    const pieces = Array.from({ length: permits + 1 }, piece);
    const runs = pieces.map(({ work }, at) =>
      limits.run(operation, { repositoryPath: '/r', claimant: account(at) }, work),
    );
    await new Promise(setImmediate);
    expect(pieces.filter((each) => each.started.count === 1)).toHaveLength(permits);
    pieces.forEach(({ finish }) => finish());
    await Promise.all(runs);
  });

  it('bounds all repositories together', async () => {
    const limits = new GitLimits({ limits: { 'upload-pack': { perRepository: 20, overall: 2 } } });
    const pieces = Array.from({ length: 3 }, piece);
    const runs = pieces.map(({ work }, index) =>
      limits.run('upload-pack', { repositoryPath: `/r${index}`, claimant: account(index) }, work),
    );
    await new Promise(setImmediate);
    expect(pieces.map((each) => each.started.count)).toEqual([1, 1, 0]);
    pieces.forEach(({ finish }) => finish());
    await Promise.all(runs);
  });
});
