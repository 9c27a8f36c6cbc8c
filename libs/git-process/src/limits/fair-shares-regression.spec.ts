import { setMaxListeners } from 'node:events';
import { FairSemaphore, type Claimant } from './fair-semaphore';
import { GitLimits } from './git-limits';

const stranger = (block: number): Claimant => ({ share: `block:${block}`, isSignedIn: false });
const user = (name: string, isSmall = false): Claimant => ({ share: `account:${name}`, isSignedIn: true, isSmall });
const places = (permits: number, maxQueued = 100) => new FairSemaphore({ permits, maxQueued, maxWaitMs: 60_000 });
const never = () => new Promise<void>(() => undefined);
let over = new AbortController();
setMaxListeners(0, over.signal);
afterEach(() => {
  over.abort();
  over = new AbortController();
  setMaxListeners(0, over.signal);
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('lets silent strangers shut nobody out who has signed in, in no repository', async () => {
  const limits = new GitLimits();
  const attack = (repositoryPath: string) =>
    void limits
      .run('upload-pack', { repositoryPath, claimant: stranger(1), signal: over.signal }, never)
      .catch(() => undefined);
  for (let at = 0; at < 60; at++) attack(`/public-${at % 3}`);
  await settled();
  for (const repositoryPath of ['/public-0', '/another']) {
    await limits.run('upload-pack', { repositoryPath, claimant: user('alice') }, () => Promise.resolve());
  }
});

it('lets strangers of one block shut out none of another block', async () => {
  const semaphore = places(8);
  for (let at = 0; at < 50; at++) void semaphore.run(stranger(1), never, over.signal).catch(() => undefined);
  await semaphore.run(stranger(2), () => Promise.resolve());
});

it('keeps places for who signs in, however many blocks strangers come from', async () => {
  const semaphore = places(8);
  for (let at = 0; at < 100; at++) void semaphore.run(stranger(at), never, over.signal).catch(() => undefined);
  expect(semaphore.load.active).toBe(6);
  await semaphore.run(user('alice'), () => Promise.resolve());
});

it('lets no account take all', async () => {
  const semaphore = places(8);
  for (let at = 0; at < 100; at++) void semaphore.run(user('mallory'), never, over.signal).catch(() => undefined);
  await semaphore.run(user('alice'), () => Promise.resolve());
});

it('refuses at once when the line of a block is full, with the time of another try', async () => {
  const semaphore = places(2, 4);
  for (let at = 0; at < 3; at++) void semaphore.run(stranger(1), never, over.signal).catch(() => undefined);
  await expect(semaphore.run(stranger(1), never)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 60 });
  await semaphore.run(user('alice'), () => Promise.resolve());
});

it('serves who signed in first, then what is small, then who holds least, then who came first', async () => {
  const semaphore = places(4);
  const [first, ...held] = await Promise.all([
    semaphore.enter(user('a')),
    semaphore.enter(user('b')),
    semaphore.enter(user('b')),
    semaphore.enter(user('c')),
  ]);
  const order: string[] = [];
  const come = (name: string, claimant: Claimant) =>
    semaphore.run(claimant, () => Promise.resolve(void order.push(name)));
  const all = [
    come('stranger', stranger(1)),
    come('who holds two', user('b')),
    come('who holds none', user('d')),
    come('who came later', user('e')),
    come('small', user('b', true)),
  ];
  first?.();
  await Promise.all(all);
  expect(order).toEqual(['small', 'who holds none', 'who came later', 'who holds two', 'stranger']);
  held.forEach((leave) => leave());
  expect(semaphore.isIdle).toBe(true);
});

it('gives the place of a computed pack to the next one, while its client reads nothing', async () => {
  const limits = new GitLimits({ limits: { 'upload-pack': { perRepository: 2, overall: 2 } } });
  const silent = (computed: () => void) => (computed(), never());
  for (let at = 0; at < 60; at++) {
    void limits.run('upload-pack', { repositoryPath: '/r', claimant: stranger(1), signal: over.signal }, silent);
    await settled();
  }
  await limits.run('upload-pack', { repositoryPath: '/r', claimant: stranger(1) }, () => Promise.resolve());
});

it('forgets who leaves the line', async () => {
  const semaphore = places(1);
  const leave = await semaphore.enter(user('a'));
  const gone = new AbortController();
  const waiting = semaphore.enter(user('b'), gone.signal);
  gone.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  leave();
  leave();
  expect(semaphore.isIdle).toBe(true);
});
