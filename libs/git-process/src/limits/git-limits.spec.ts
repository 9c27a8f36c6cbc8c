import { GitLimits } from './git-limits';

/** A piece of work that ends when told to. */
function piece() {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const started: { count: number } = { count: 0 };
  return { finish, started, work: () => (started.count++, done) };
}

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
