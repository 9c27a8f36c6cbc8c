import { setImmediate as tick } from 'node:timers/promises';
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

it('lets any number wait for ever where nothing else is said, and goes on after a failure', async () => {
  const semaphore = new Semaphore({ permits: 3 });
  let running = 0;
  let most = 0;
  const work = async (at: number) => {
    most = Math.max(most, ++running);
    await tick();
    running--;
    if (at % 4 === 0) throw new Error(`no ${at}`);
    return at;
  };
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => semaphore.run(() => work(at))));
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  expect(await semaphore.run(() => work(1))).toBe(1);
});
