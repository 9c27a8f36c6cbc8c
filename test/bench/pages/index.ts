import { callApi, type Actor } from '../../support';
import { watchHealth } from '../../support/health';
import { openWorld, sourceTrees, type SourceTree, type World } from '../archive/world';
import { curlGet } from '../curl';
import { quiet } from '../git/world';
import { requestsPerSecond } from '../http-load';
import { interleave } from '../interleave';
import type { Row } from '../report';

const CONNECTIONS = 16;
/** Of HTML: less is no page with a list of files. */
const LEAST_BYTES = 2_000;

export interface PagesBenchOptions {
  runs: number;
  seconds: number;
  /** Of the source tree. */
  treeFiles: number;
  say(text: string): void;
}

/** The page of a repository, with its files and README, beside cgit's list of the same files. */
export async function benchPages(options: PagesBenchOptions): Promise<{ title: string; rows: Row[] }> {
  const world = await openWorld(options.runs, options.say);
  const trees = await sourceTrees(world, options.treeFiles);
  await quiet(world);
  const health = await watchHealth(world.hub);
  const rows = [...(await onePage(world, trees)), ...(await manyReaders(world, trees, options.seconds))];
  const { worstMs } = await health.stop();
  rows.push({
    ...{ what: '/health/live during all that, at worst', size: null, unit: 's', hub: [worstMs / 1000], peer: null },
    ...{ beside: '', target: '≤ 0.1 s alone' },
  });
  const title = `pages: the hub beside cgit without its cache, medians of ${options.runs} interleaved runs; ${options.treeFiles} source files`;
  return { title, rows };
}

/** Each run has a repository that nobody has looked at; then the same are asked for again. */
async function onePage(world: World, trees: readonly SourceTree[]): Promise<Row[]> {
  const treeOf = (run: number) => trees[run % trees.length] as SourceTree;
  const ask = () =>
    interleave<{ firstByte: number; wall: number }>(world.runs, {
      hub: (run) => curlGet(`${world.hub.url}/${treeOf(run).path}`, LEAST_BYTES),
      peer: (run) => curlGet(world.cgit.treeUrl(treeOf(run).name), LEAST_BYTES),
    });
  world.say('Page of a repository');
  const first = await ask();
  const again = await ask();
  const common = { size: null, unit: 's' as const, beside: "cgit's tree page", target: '' };
  return [
    { ...common, what: 'page of a repository, first', ...first.wall },
    { ...common, what: 'page of a repository, again', ...again.wall },
  ];
}

/** Sixteen who read without a pause: pages that nobody asked for before, the same page, and signed in. */
async function manyReaders(world: World, trees: readonly SourceTree[], seconds: number): Promise<Row[]> {
  const [tree] = trees;
  if (!tree) throw new Error('no repository to measure with');
  const session = await sessionOf(world.alice);
  const load = (url: string, headers: Record<string, string> = {}) =>
    requestsPerSecond([{ method: 'GET', url, headers, leastBytes: LEAST_BYTES }], {
      connections: CONNECTIONS,
      seconds,
    });
  const [ours, theirs] = [`${world.hub.url}/${tree.path}`, world.cgit.treeUrl(tree.name)];
  world.say(`${CONNECTIONS} readers`);
  const { rate, signedIn } = await interleave<{ rate: number; signedIn: number }>(world.runs, {
    hub: async () => ({ rate: await load(ours), signedIn: await load(ours, { cookie: session }) }),
    // It knows no users.
    peer: async () => {
      const rate = await load(theirs);
      return { rate, signedIn: rate };
    },
  });
  const common = { size: null, unit: 'requests/s' as const, beside: "cgit's tree page" };
  return [
    { ...common, what: `the same page, ${CONNECTIONS} readers`, ...rate, target: '≥ 2.0' },
    {
      ...common,
      what: `the same page, ${CONNECTIONS} readers signed in`,
      ...signedIn,
      target: '≥ 60 requests/s alone',
    },
  ];
}

async function sessionOf({ hub, name: login, password }: Actor): Promise<string> {
  const answer = await callApi<{ cookie_name: string; token: string }>(hub, {
    method: 'POST',
    path: '/api/web/session',
    body: { login, password },
  });
  if (answer.status !== 201) throw new Error(`signing in: ${answer.status}`);
  return `${answer.body.cookie_name}=${answer.body.token}`;
}
