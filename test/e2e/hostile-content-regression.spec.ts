import { gzipSync } from 'node:zlib';
import { startHub, WorkTree, type Actor, type Hub } from '../support';

const SIZE = 24 << 10;
const COLUMNS = Math.floor(Math.sqrt(SIZE / 2));
const PATH = 'mallory/orchard';

/** What makes a browser load something by itself; `a` is followed by people alone. */
const LOADED = /<(?:img|script|link|source|iframe|audio|video|track|embed|object|use|image)\b[^>]*>/gi;
const FOREIGN = /\b(?:src|srcset|href|data|poster)=["']?(?:https?:)?\/\/(?!127\.0\.0\.1|localhost)/i;

const FILES = {
  'README.md': [
    '![a](https://images.example/a.png)',
    '<img src="//images.example/b.png">',
    '<picture><source srcset="https://images.example/c.png"><img src="d.png"></picture>',
    '<video poster="https://images.example/e.png" src="https://images.example/f.mp4"></video>',
    '[a link](https://images.example/)',
  ].join('\n\n'),
  'digits.ini': '1'.repeat(SIZE),
  'let.c': 'let'.repeat(SIZE / 3),
  // Not slow: more than a page takes, however fast the machine.
  'numbers.c': '1 '.repeat(60_000),
  'lines.txt': '\n'.repeat(SIZE),
  'table.md': `${'|a'.repeat(COLUMNS)}|\n${'|-'.repeat(COLUMNS)}|\n${'|\n'.repeat(SIZE / 4)}`,
  'rules.md': 'a\n=\n'.repeat(SIZE / 4),
};

let hub: Hub;
let mallory: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  mallory = await hub.actor('mallory');
  await mallory.createRepository('orchard', { visibility: 'public' });
  const tree = await WorkTree.create(mallory, PATH, { files: FILES });
  await tree.ok('push', '-q', 'origin', 'main');
}, 120_000);

const visit = async (path: string) => {
  const answer = await fetch(hub.url + path, { headers: { accept: 'text/html' } });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

it.each(Object.keys(FILES))('makes a page of at most 3 MB of %s', async (name) => {
  const { status, text } = await visit(`/${PATH}/-/blob/main/${name}`);
  expect(status).toBe(200);
  expect(text.length).toBeLessThan(3e6);
});

it('says on the page that a text is shown plain, and why', async () => {
  expect((await visit(`/${PATH}/-/blob/main/table.md`)).text).toMatch(/Shown as plain text, because [^<]+\./);
  expect((await visit(`/${PATH}/-/blob/main/numbers.c`)).text).toMatch(/Shown without colours, because [^<]+\./);
});

it.each(['', '/-/blob/main/README.md', '/-/commits', '/-/tags'])(
  'lets no browser load anything from another host: %s',
  async (page) => {
    const { headers, text } = await visit(`/${PATH}${page}`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/img-src 'self' data:(;|$)/);
    expect(policy).not.toMatch(/https?:(?!\/\/127\.0\.0\.1)/);
    for (const [element] of text.matchAll(LOADED)) expect(element).not.toMatch(FOREIGN);
  },
);

it('fetches images of other hosts for its own pages alone', async () => {
  const { text } = await visit(`/${PATH}`);
  const [address = ''] = /\/-\/image\/[\w-]+\/[\w-]+/.exec(text) ?? [];
  const [, , , signature = ''] = address.split('/');
  const other = Buffer.from('https://images.example/other.png').toString('base64url');
  expect((await visit(`/-/image/${signature}/${other}`)).text).toContain('There is no such image');
  // A host that nobody has.
  const answer = await visit(address);
  expect(answer.status).toBe(404);
  expect(answer.text).toContain('could not be fetched');
});

it.each([
  ['capabilities', '0014command=ls-refs\n', '000aagent='],
  ['arguments', '0014command=ls-refs\n0001', '0005a'],
  ['empty arguments', '0012command=fetch\n0001', '0004'],
])('refuses a kilobyte of gzip that unpacks to tiny packets, by their count: %s', async (_case, head, unit) => {
  const answer = await fetch(`${hub.url}/${PATH}.git/git-upload-pack`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-git-upload-pack-request',
      'content-encoding': 'gzip',
      'git-protocol': 'version=2',
    },
    body: gzipSync(head + unit.repeat(Math.floor((1 << 20) / unit.length))),
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/at most \d+/);
});

/** Text that turns around, moves the cursor, rings, ends a line and has no width, and characters of two halves. */
const HIDDEN = '\u202e\u2066\u200f\u061c\u0001\u001b[2J\u007f\u0085\u2028\u200b\ufeff\r\n😀';
const UNSEEN_PLACE = /.{0,80}(?![\t\n])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\ufeff\ufffd].{0,40}/u;
const NAMES = { hidden: `a${HIDDEN}.txt`, long: 'x'.repeat(10_000), longest: 'ä😀'.repeat(3_334) };
const BRANCH = `b\u200b/${'s'.repeat(200)}/אב`;
const SHADE = 'mallory/shade';

/** A commit whose names are no file system's, with a directory 40 deep. @returns its id. */
async function pushNames(): Promise<string> {
  const tree = await WorkTree.create(mallory, SHADE);
  const made = async (args: string[], input: string | Buffer = '') =>
    (await mallory.gitOk(args, { cwd: tree.cwd, input })).trim();
  const blob = await made(['hash-object', '-w', '--stdin'], 'x\n');
  let deep = await made(['mktree', '-z'], `100644 blob ${blob}\tleaf\0`);
  for (let depth = 1; depth < 40; depth++) deep = await made(['mktree'], `040000 tree ${deep}\td\n`);
  const files = Object.values(NAMES).map((name) => `100644 blob ${blob}\t${name}\0`);
  const root = await made(['mktree', '-z'], `${files.join('')}040000 tree ${deep}\td\0`);
  const person = `${HIDDEN.replaceAll(/[\r\n]/g, '')}${'n'.repeat(10_000)} <a@b.org> 1700000000 +0000`;
  const text = `tree ${root}\nauthor ${person}\ncommitter ${person}\n\n${HIDDEN}${NAMES.longest}\n\n${HIDDEN}\n`;
  const sha = await made(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], text);
  await tree.ok('tag', '-a', '-m', HIDDEN, 'v\u200b1', sha);
  await tree.ok('push', '-q', 'origin', `+${sha}:refs/heads/main`, `${sha}:refs/heads/${BRANCH}`, 'v\u200b1');
  return sha;
}

describe('names that hide, and names without an end', () => {
  let sha: string;
  const page = (rest: string) => `/${SHADE}/-/${rest}`;
  const named = (name: string) => name.split('/').map(encodeURIComponent).join('/');

  beforeAll(async () => {
    await mallory.createRepository('shade', { visibility: 'public', description: `${HIDDEN}D` });
    await mallory.api('PATCH', '/api/v3/user', { name: `M${HIDDEN}` });
    sha = await pushNames();
  });

  const PAGES: [string, () => string][] = [
    ['the repository', () => `/${SHADE}`],
    ['a directory of a branch', () => page(`tree/${named(BRANCH)}`)],
    ['a file', () => page(`blob/main/${named(NAMES.hidden)}`)],
    ['a file of a very long name', () => page(`blob/main/${NAMES.long}`)],
    ['a directory far down', () => page(`tree/main/${'d/'.repeat(39)}d`)],
    ['the history', () => page('commits/main')],
    ['the history of a file', () => page(`commits/main/${named(NAMES.hidden)}`)],
    ['a commit', () => page(`commit/${sha}`)],
    ['the branches', () => page('branches')],
    ['the tags', () => page('tags')],
    ['the profile', () => '/mallory'],
    ['the list of repositories', () => '/explore'],
  ];

  it.each(PAGES)('are shown for what they are, in a page of less than a megabyte: %s', async (_what, path) => {
    const { status, text } = await visit(path());
    expect(status).toBe(200);
    // Data for scripts is nothing that anybody sees, and a title stands by itself.
    const shown = text.replace(/<(script|title)\b.*?<\/\1>/gs, '');
    expect(shown.match(UNSEEN_PLACE)).toBeNull();
    expect(text.length).toBeLessThan(1_000_000);
    expect(shown).not.toMatch(/>[^<]*\p{Script=Hebrew}[^<]*<(?!\/bdi>)/u);
  });

  it('lead where they say, on pages and for programs', async () => {
    const { text } = await visit(`/${SHADE}`);
    const links = [...text.matchAll(/href="(\/mallory\/shade\/-\/(?:blob|tree)\/[^"]*)"/g)].map(
      ([, link = '']) => link,
    );
    expect(links.filter((link) => link.includes('x'.repeat(10_000)))).not.toEqual([]);
    expect(text).toContain('too long for an address');
    const { body } = await mallory.api<{ name: string; html_url: string; download_url: string; git_url: string }[]>(
      'GET',
      `/api/v3/repos/${SHADE}/contents/`,
    );
    expect(body.map(({ name }) => name).sort()).toEqual([...Object.values(NAMES), 'd'].sort());
    const told = body.flatMap((entry) => [entry.html_url, entry.download_url, entry.git_url]).filter(Boolean);
    for (const address of [...new Set([...links, ...told.map((one) => one.replace(hub.url, ''))])]) {
      expect([address.slice(0, 80), (await visit(address)).status]).toEqual([address.slice(0, 80), 200]);
    }
  });

  it('are offered no change that the hub would refuse', async () => {
    const readable = async (path: string) =>
      (await mallory.api<{ committable: boolean; deletable: boolean }>('GET', `/api/web/repos/${SHADE}/blob?${path}`))
        .body;
    const { committable, deletable } = await readable(`at=main/${named(NAMES.hidden)}`);
    expect([committable, deletable]).toEqual([false, false]);
  });

  it('are told whole to programs, in headers that every client takes', async () => {
    const api = `/api/v3/repos/${SHADE}`;
    const ask = async (path: string) => {
      const answer = await fetch(`${hub.url}${api}${path}`, { headers: { authorization: `Bearer ${mallory.token}` } });
      const text = await answer.text();
      expect([path.slice(0, 80), answer.status, text.includes('\ufffd')]).toEqual([path.slice(0, 80), 200, false]);
      for (const [name, value] of answer.headers) expect(`${name}: ${value}`).toMatch(/^[\x20-\x7e]*$/);
      return { answer, json: () => JSON.parse(text) as unknown };
    };
    expect((await ask('/commits/main')).json()).toMatchObject({
      commit: { message: `${HIDDEN}${NAMES.longest}\n\n${HIDDEN}` },
    });
    expect((await ask('/branches')).json()).toContainEqual(expect.objectContaining({ name: BRANCH }));
    expect((await ask('/tags')).json()).toContainEqual(expect.objectContaining({ name: 'v\u200b1' }));
    expect((await ask(`/git/ref/heads/${named(BRANCH)}`)).json()).toMatchObject({ ref: `refs/heads/${BRANCH}` });
    expect((await ask(`/branches/${named(BRANCH)}`)).json()).toMatchObject({ name: BRANCH });
    const first = await ask('/branches?per_page=1');
    expect(first.answer.headers.get('link')).toContain('rel="next"');
    await ask(`/commits?path=${NAMES.long}&sha=${named(BRANCH)}&per_page=1&page=2`);
    await ask(`/compare/main...${named(BRANCH)}`);
    for (const name of ['hidden', 'long'] as const) {
      expect((await ask(`/contents/${named(NAMES[name])}`)).json()).toMatchObject({ name: NAMES[name] });
    }
    const archive = await fetch(`${hub.url}${page(`archive/refs/heads/${named(BRANCH)}`)}.zip`);
    expect(archive.headers.get('content-disposition')).toMatch(/^attachment; filename="shade-b[^"]*\.zip"/);
    await archive.body?.cancel();
  });
});
