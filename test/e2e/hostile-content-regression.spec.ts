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
