import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { runGit } from '../process/run-git';
import { listPacks } from './packs';
import type { MaintenanceOptions } from './roll-up';

/**
 * One index over all packs, with reachability bitmaps: a clone need not walk the history, however many packs there are
 * (git-multi-pack-index(1)). It is written beside the old one and takes its place by a rename. A push that arrives
 * meanwhile stands outside of it, where readers find it too.
 *
 * @param options.without names of packs that are about to go.
 */
export async function writeMultiPackIndex(
  home: GitHome,
  options: MaintenanceOptions & { without: ReadonlySet<string> },
): Promise<void> {
  const { repositoryPath, signal, without } = options;
  const packs = (await listPacks(repositoryPath)).filter(({ name }) => !without.has(name));
  const largest = packs
    .filter(({ isCruft }) => !isCruft)
    .reduce((best, pack) => (best && best.sizeBytes >= pack.sizeBytes ? best : pack), packs[0]);
  if (!largest) return;
  const write = (bitmap: string[]) =>
    runGit(home, {
      repositoryPath,
      signal,
      priority: 'low',
      args: [
        ...['multi-pack-index', 'write', '--no-progress', '--stdin-packs', ...bitmap],
        `--preferred-pack=${largest.name}.pack`,
      ],
      stdin: packs.map(({ name }) => `${name}.idx\n`).join(''),
    });
  try {
    await write(['--bitmap']);
  } catch (error) {
    if (!(error instanceof GitFailed) || error.exitCode === null) throw error;
    // Bitmaps need an object's whole history among the packs of the index; without refs there is nothing to map.
    await write([]);
  }
}

/**
 * The commit-graph with changed-path Bloom filters, so that history and blame need not open commits and trees.
 *
 * A layer is added for the commits that are new; layers that merge go an hour later, so that a reader which has read
 * their names still finds them (without one of them it reads the commits themselves).
 *
 * @param options.afresh one layer of the reachable commits only: after a repack that dropped commits, since git takes
 *   what the graph names for existing.
 */
export async function writeCommitGraph(
  home: GitHome,
  { repositoryPath, signal, afresh }: MaintenanceOptions & { afresh: boolean },
): Promise<void> {
  const split = afresh ? '--split=replace' : '--split';
  await runGit(home, {
    repositoryPath,
    signal,
    priority: 'low',
    args: [
      ...['commit-graph', 'write', '--reachable', '--changed-paths', '--no-progress'],
      ...[split, '--expire-time=1.hour.ago'],
    ],
  });
}

/**
 * Moves loose refs into `packed-refs`: thousands of files become one. Git locks that file and each ref in turn, and
 * leaves a ref alone that moved meanwhile; a push waits for these locks up to the `*Timeout` of the hub's git config.
 */
export async function packRefs(home: GitHome, { repositoryPath, signal }: MaintenanceOptions): Promise<void> {
  await runGit(home, { repositoryPath, signal, priority: 'low', args: ['pack-refs', '--all', '--prune'] });
}
