import { startHub, WorkTree, type Actor, type Hub } from '../support';

let hub: Hub;
let alice: Actor;
let tree: WorkTree;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  alice = await hub.actor('alice');
  const path = await alice.createRepository('app', { visibility: 'public' });
  const files: Record<string, string> = {
    'README.md': '# App\n',
    'src/main.ts': 'export {};\n',
    'src/a/b.ts': 'let b;\n',
  };
  for (let nth = 0; nth < 40; nth++) files[`docs/page-${nth}.md`] = `# ${nth}\n`;
  tree = await WorkTree.create(alice, path, { files });
  await tree.ok('tag', 'v1');
  await tree.ok('tag', '-a', '-m', 'second', 'v2');
  await push('HEAD:main', 'HEAD:next', 'v1', 'v2');
});

async function push(...refs: string[]): Promise<void> {
  const { code, stderr } = await tree.push(...refs);
  if (code !== 0) throw new Error(stderr);
}

/** Something new on the branch that is shown. */
async function change(nth: number): Promise<string> {
  await tree.commit({ 'src/main.ts': `export const nth = ${nth};\n` }, `Change ${nth}`);
  await push('HEAD:main');
  return tree.tip();
}

/** How many git processes the hub has started. */
async function started(): Promise<number> {
  const metrics = await (await fetch(`${hub.url}/metrics`)).text();
  return Number(/^granary_programs_total\{result="started"\} (\d+)$/m.exec(metrics)?.[1]);
}

async function costOf(path: string): Promise<number> {
  const before = await started();
  const answer = await fetch(hub.url + path);
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  await answer.text();
  return (await started()) - before;
}

/** For the file system's clock to tell the next move of a ref from the last one (ADR 7). */
const settled = () => new Promise((resolve) => setTimeout(resolve, 2_200));

it.each([
  ['a repository', () => '/alice/app', 0],
  ['a folder', () => '/alice/app/-/tree/main/src', 0],
  ['a file', () => '/alice/app/-/blob/main/src/main.ts', 0],
  ['a list of commits', () => '/alice/app/-/commits/main', 0],
  ['a commit', (sha: string) => `/alice/app/-/commit/${sha}`, 3],
])('costs three git processes at most to show %s after a push', async (what, pathOf, again) => {
  const sha = await change(what.length);
  // The process that all readers share is kept for half a minute.
  await costOf('/alice/app/-/blob/v1/README.md');
  await settled();
  const path = pathOf(sha);
  const [first, second] = [await costOf(path), await costOf(path)];
  expect({ what, first: first <= 3 ? 'three at most' : first, second: second <= again ? 'as few' : second }).toEqual({
    what,
    first: 'three at most',
    second: 'as few',
  });
});

it('shows what was pushed to whoever looks next, however often somebody looked before', async () => {
  for (let nth = 100; nth < 112; nth++) {
    await fetch(`${hub.url}/alice/app`);
    await change(nth);
    expect(await (await fetch(`${hub.url}/alice/app`)).text()).toContain(`Change ${nth}`);
    expect(await (await fetch(`${hub.url}/alice/app/-/blob/main/src/main.ts`)).text()).toContain(String(nth));
  }
});

it('knows of a branch that was made, and of one that was deleted, by whatever way', async () => {
  await settled();
  const branches = async () => (await fetch(`${hub.url}/alice/app/-/tree/later`)).status;
  expect([await branches(), await branches()]).toEqual([404, 404]);
  const sha = await tree.tip();
  await alice.api('POST', '/api/v3/repos/alice/app/git/refs', { ref: 'refs/heads/later', sha });
  expect(await branches()).toBe(200);
  await settled();
  expect(await branches()).toBe(200);
  await push(':refs/heads/later');
  expect(await branches()).toBe(404);
});

it('answers twenty who come at once to a page that nobody has seen yet with the same page', async () => {
  const sha = await change(999);
  const pages = await Promise.all(
    Array.from({ length: 20 }, async () => (await fetch(`${hub.url}/alice/app/-/tree/${sha}/docs`)).status),
  );
  expect(new Set(pages)).toEqual(new Set([200]));
});
