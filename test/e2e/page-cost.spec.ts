import type { SessionOpened } from '@granary/api-contract';
import { callApi, DatabaseQuestions, startHub, WorkTree, type Actor, type Hub } from '../support';

const questions = new DatabaseQuestions();
let hub: Hub;
let alice: Actor;
let tree: WorkTree;

beforeAll(async () => {
  hub = await startHub({ ssh: false, env: questions.env });
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

/** What a counter of the hub says now. */
async function counted(counter: string): Promise<number> {
  const metrics = await (await fetch(`${hub.url}/metrics`)).text();
  return Number(
    metrics
      .split('\n')
      .find((line) => line.startsWith(`${counter} `))
      ?.slice(counter.length),
  );
}

const started = () => counted('granary_programs_total{result="started"}');

async function look(path: string, headers: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(hub.url + path, { headers });
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  await answer.text();
}

async function costOf(path: string): Promise<number> {
  const before = await started();
  await look(path);
  return (await started()) - before;
}

/** The tables that the database is asked for, in the order of their names: one for each statement. */
async function askedFor(path: string, headers: Record<string, string>): Promise<string[]> {
  const busy = () => counted('granary_database_queries_total{cause="hub"}');
  for (;;) {
    const before = await busy();
    questions.forget();
    await look(path, headers);
    const tables = questions.all().flatMap(({ text }) => tableOf(text) ?? []);
    // What the hub asked for itself at the same moment is no cost of the page.
    if ((await busy()) === before) return tables.sort();
  }
}

/** The first table of a statement; null for one of the queue's, which begin with a comment. */
function tableOf(statement: string): string | null {
  if (statement.startsWith('--')) return null;
  const [, table = statement] = /\sFROM\s+"?(\w+)/.exec(statement.replace(/\([^()]*\)/g, '')) ?? [];
  return table;
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

describe('asks the database once for each kind of fact', () => {
  let cookie: string;
  beforeAll(async () => {
    const body = { login: 'alice', password: alice.password };
    const opened = await callApi<SessionOpened>(hub, { method: 'POST', path: '/api/web/session', body });
    cookie = `${opened.body.cookie_name}=${opened.body.token}`;
  });

  // Who wrote what is shown, and the repository with its owner and the viewer's role.
  const ALWAYS = ['repositories', 'users'];
  it.each([
    ['a repository', () => '/alice/app', ['lfs_locks']],
    ['a folder', () => '/alice/app/-/tree/main/src', ['lfs_locks']],
    ['a file', () => '/alice/app/-/blob/main/src/main.ts', ['lfs_locks']],
    ['a list of commits', () => '/alice/app/-/commits/main', []],
    ['a commit', (sha: string) => `/alice/app/-/commit/${sha}`, []],
  ])('to show %s', async (what, pathOf, more) => {
    const path = pathOf(await tree.tip());
    expect(await askedFor(path, {})).toEqual([...more, ...ALWAYS]);
    // Whether its owner may delete a file is a matter of the branch's protections.
    const own = what === 'a file' ? ['protections', ...ALWAYS] : ALWAYS;
    expect(await askedFor(path, { cookie })).toEqual([...more, ...own, 'sessions'].sort());
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

it('sends no schema to a browser: what the API takes and answers is judged on the hub', async () => {
  const sent: string[] = [];
  for (const path of ['/alice/app', '/login', '/alice/app/-/commits', '/alice/app/-/blob/main/README.md']) {
    const page = await (await fetch(hub.url + path)).text();
    for (const [, address = ''] of page.matchAll(/<script[^>]* src="([^"]+)"/g)) sent.push(address);
  }
  expect(sent.length).toBeGreaterThan(3);
  for (const address of new Set(sent)) {
    const script = await (await fetch(hub.url + address)).text();
    expect([address, /ZodObject|_zod\b|\/api\/v3\/repos\/:/.test(script)]).toEqual([address, false]);
  }
});
