import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hubRoutes, startHub, workspace, type Actor, type Hub } from '../support';

let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
});

it.each(['/a/%ZZ', '/a/b/-/tree/main/%E9%', '/%'])(
  'answers the broken escape in %s with 400, not 500',
  async (path) => {
    const answer = await fetch(hub.url + path);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('not well encoded');
  },
);

describe('every address that the hub hands out leads where it says', () => {
  const API = '/api/v3/repos/alice/names';
  const BRANCHES = ['main', 'v1', 'tags', 'refs', 'feature/x', 'cpu100%', 'fix#12', 'a%2Fb', 'größe', 'x&y=z'];
  const TAGS = ['v1', 'rel/1.0', 'main', 'a+b', 'v2#%41'];
  let alice: Actor;
  /** By full name. */
  const commits = new Map<string, string>();

  const get = (path: string, accept = '*/*') =>
    fetch(hub.url + path, { headers: { authorization: `Bearer ${alice.token}`, accept } });
  const json = async <T>(path: string) => (await (await get(path)).json()) as T;
  const below = (url: string) => url.slice(url.startsWith('/') ? 0 : hub.url.length);

  beforeAll(async () => {
    alice = await hub.actor('alice');
    await alice.createRepository('names', { visibility: 'public' });
    const cwd = workspace('names');
    const git = async (...args: string[]) => (await alice.gitOk(args, { cwd })).trim();
    await git('init', '-q');
    for (const fullName of [
      ...BRANCHES.map((name) => `refs/heads/${name}`),
      ...TAGS.map((name) => `refs/tags/${name}`),
    ]) {
      for (const name of ['f', 'README']) writeFileSync(join(cwd, name), fullName);
      await git('add', '.');
      await git('commit', '-q', '-m', fullName);
      commits.set(fullName, await git('rev-parse', 'HEAD'));
    }
    const refs = [...commits].map(([fullName, sha]) => `${sha}:${fullName}`);
    await git(
      'push',
      '-q',
      alice.remote('alice/names'),
      ...refs,
      'HEAD^{tree}:refs/tags/tree',
      'HEAD:f:refs/tags/file',
    );
  });

  it('in lists of branches, tags and refs', async () => {
    const branches = await json<{ name: string; commit: { sha: string; url: string } }[]>(
      `${API}/branches?per_page=100`,
    );
    expect(branches.map(({ name }) => name).sort()).toEqual([...BRANCHES].sort());
    for (const { name, commit } of branches) {
      expect(commit.sha).toBe(commits.get(`refs/heads/${name}`));
      const inPath = (text: string) => encodeURI(text).replaceAll('#', '%23');
      for (const path of [inPath(name), encodeURIComponent(name), inPath(`refs/heads/${name}`)]) {
        const one = await json<{ name: string; _links: { html: string } }>(`${API}/branches/${path}`);
        expect(one.name).toBe(name);
        expect((await get(below(one._links.html), 'text/html')).status).toBe(200);
      }
    }
    const tags = await json<
      { name: string; commit: { sha: string; url: string }; zipball_url: string; tarball_url: string }[]
    >(`${API}/tags?per_page=100`);
    expect(tags.map(({ name }) => name).sort()).toEqual([...TAGS].sort());
    for (const { name, commit, zipball_url, tarball_url } of tags) {
      expect(commit.sha).toBe(commits.get(`refs/tags/${name}`));
      for (const url of [commit.url, zipball_url, tarball_url]) expect((await get(below(url))).status).toBe(200);
    }
    for (const kind of ['heads', 'tags']) {
      const refs = await json<{ ref: string; url: string; object: { url: string } }[]>(
        `${API}/git/matching-refs/${kind}/`,
      );
      for (const { ref, url, object } of refs) {
        expect(await json(below(url))).toMatchObject({ ref });
        expect((await get(below(object.url))).status).toBe(200);
      }
    }
  });

  it('in what is told of a file, at whichever ref and however the ref is written', async () => {
    for (const [fullName, sha] of commits) {
      const short = fullName.slice('refs/'.length);
      for (const name of [fullName, short]) {
        const ref = encodeURIComponent(name);
        const file = await json<Record<'url' | 'git_url' | 'html_url' | 'download_url', string>>(
          `${API}/contents/f?ref=${ref}`,
        );
        expect(await (await get(below(file.download_url))).text()).toBe(fullName);
        expect((await get(below(file.html_url), 'text/html')).status).toBe(200);
        expect(await json(below(file.url))).toMatchObject({ download_url: file.download_url });
        expect(await json(`${API}/commits/${ref}`)).toMatchObject({ sha });
        const [newest] = await json<{ sha: string }[]>(`${API}/commits?sha=${ref}&per_page=1`);
        expect(newest?.sha).toBe(sha);
      }
    }
    const head = await json<{ download_url: string }>(`${API}/contents/f?ref=HEAD`);
    expect(await (await get(below(head.download_url))).text()).toBe('refs/heads/main');
  });

  /** How a route of REST is asked for `ref`, and where its answer says which commit, tree or text it took. */
  const ROUTES: Record<string, (ref: string) => Promise<unknown>> = {
    'CommitsController.list': async (ref) => (await json<{ sha: string }[]>(`${API}/commits?sha=${ref}`))[0]?.sha,
    'CommitsController.one': async (ref) => (await json<{ sha: string }>(`${API}/commits/${ref}`)).sha,
    'CompareController.compare': async (ref) => {
      const sides = [`${ref}...${ref}`, `alice:${ref}..${ref}`];
      const [one, other] = await Promise.all(
        sides.map((side) => json<{ base_commit: { sha: string }; status: string }>(`${API}/compare/${side}`)),
      );
      expect([one?.status, other?.status]).toEqual(['identical', 'identical']);
      return one?.base_commit.sha;
    },
    'ContentsController.read': async (ref) => await (await get(`${API}/contents/f?ref=${ref}`, RAW)).text(),
    'ContentsController.readme': async (ref) => await (await get(`${API}/readme?ref=${ref}`, RAW)).text(),
    'GitObjectsController.tree': async (ref) => (await json<{ sha: string }>(`${API}/git/trees/${ref}`)).sha,
    'RestArchivesController.zipball': (ref) => commitOfZip(`${API}/zipball/${ref}`),
    'RestArchivesController.tarball': async (ref) =>
      /comment=([0-9a-f]{40})/.exec(gunzipSync(await bytes(`${API}/tarball/${ref}`)).toString('latin1'))?.[1],
    'RestArchivesController.archive': (ref) => commitOfZip(`${API}/archive?ref=${ref}`),
    'RestArchivesController.info': async (ref) => (await json<{ sha: string }>(`${API}/archive/info?ref=${ref}`)).sha,
  };
  const RAW = 'application/vnd.github.raw';
  const bytes = async (path: string) => Buffer.from(await (await get(path)).arrayBuffer());
  /** Git writes it behind everything else. */
  const commitOfZip = async (path: string) => (await bytes(path)).subarray(-40).toString();

  it('by every route that takes a ref, however it is written', async () => {
    for (const [route, ask] of Object.entries(ROUTES)) {
      const told = async (ref: string) => [route, ref, await ask(ref)];
      const [branch, tag, main] = await Promise.all(['refs/heads/v1', 'refs/tags/v1', 'refs/heads/main'].map(ask));
      expect([route, branch === tag || branch === main || !branch]).toEqual([route, false]);
      for (const ref of ['heads/v1', 'refs%2Fheads%2Fv1']) expect(await told(ref)).toEqual([route, ref, branch]);
      for (const ref of ['tags/v1', 'tags%2Fv1']) expect(await told(ref)).toEqual([route, ref, tag]);
      expect(await told('HEAD')).toEqual([route, 'HEAD', main]);
    }
    // Of whatever else has such a parameter it is told here what it is.
    const others = hubRoutes().filter(
      ({ name, path, surface }) =>
        surface === 'rest' && /[*:](ref|sha|branch|basehead)\b/.test(path) && !(name in ROUTES),
    );
    expect([...new Set(others.map(({ name }) => name))].sort()).toEqual([
      // Branches alone.
      ...['one', 'protect', 'protection', 'unprotect'].map((name) => `BranchesController.${name}`),
      // Whole ids.
      ...['gitCommit', 'gitTag'].map((name) => `CommitsController.${name}`),
      'GitObjectsController.blob',
      // Names in full, with or without "refs/".
      ...['matching', 'one', 'oneOrBelow', 'remove', 'update'].map((name) => `GitRefsController.${name}`),
    ]);
  });

  it('on the pages of branches, of tags, and of what they lead to', async () => {
    const seen = new Set<string>();
    for (const list of ['branches', 'tags']) {
      const html = await (await get(`/alice/names/-/${list}`, 'text/html')).text();
      const links = [...html.matchAll(/href="(\/alice\/names\/-\/(?:tree|raw|commits|archive)\/[^"]+)"/g)];
      for (const [, link = ''] of links) seen.add(link.replaceAll('&amp;', '&'));
    }
    expect(seen.size).toBeGreaterThan(40);
    for (const link of seen) expect([link, (await get(link, 'text/html')).status]).toEqual([link, 200]);
    for (const [fullName, sha] of commits) {
      const name = fullName.split('/').slice(2).join('/');
      const page = [...seen].filter((link) => link.includes('/-/tree/')).map((link) => link.split('/-/tree/')[1] ?? '');
      const at = page.find(
        (rest) =>
          decodeURIComponent(rest) ===
          (fullName.startsWith('refs/tags/') || /^(?:tags|refs)$/.test(name) ? fullName : name),
      );
      expect(await json(`/api/web/repos/alice/names/tree?at=${at}`)).toMatchObject({ at: { sha } });
    }
  });

  it('takes no name that it could not hand out', async () => {
    const sha = commits.get('refs/heads/main');
    for (const name of ['HEAD', 'refs/heads/x', 'tags/v9', 'not-utf8-\ufffd']) {
      const answer = await alice.api('POST', `${API}/git/refs`, { ref: `refs/heads/${name}`, sha });
      expect([name, answer.status]).toEqual([name, 403]);
    }
  });

  it('by every route that takes a branch', async () => {
    const branchOf = async (path: string) => (await json<{ name: string }>(`${API}/branches/${path}`)).name;
    for (const name of ['v1', 'heads/v1', 'refs/heads/v1', 'refs%2Fheads%2Fv1'])
      expect(await branchOf(name)).toBe('v1');
    expect(await branchOf('HEAD')).toBe('main');
    for (const name of ['tags/v1', 'refs/tags/v1', 'refs/heads/rel/1.0'])
      expect((await get(`${API}/branches/${name}`)).status).toBe(404);
    const allowed = {
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    };
    for (const name of ['HEAD', 'refs/heads/main']) {
      expect((await alice.api('PUT', `${API}/branches/${name}/protection`, allowed)).status).toBe(200);
      expect((await get(`${API}/branches/main/protection`)).status).toBe(200);
      expect((await alice.api('DELETE', `${API}/branches/heads/main/protection`)).status).toBe(204);
    }
    const lock = async (ref: string) =>
      (await alice.api<{ ref: string }>('POST', `${API}/lfs/locks`, { path: ref, ref })).body.ref;
    for (const ref of ['v1', 'heads/v1', 'refs/heads/v1']) expect(await lock(ref)).toBe('refs/heads/v1');
    expect(await lock('HEAD')).toBe('refs/heads/main');
    expect((await alice.api('POST', `${API}/lfs/locks`, { path: 'x', ref: 'refs/tags/v1' })).status).toBe(422);
    for (const ref of ['v1', 'heads/v1', 'refs/heads/v1'])
      expect(await json(`${API}/lfs/locks?ref=${ref}`)).toHaveLength(3);
    const write = async (path: string, wanted: object) => {
      const content = Buffer.from(path).toString('base64');
      const { body } = await alice.api<{ commit: { sha: string } }>('PUT', `${API}/contents/${path}`, {
        message: 'x',
        content,
        ...wanted,
      });
      return body.commit.sha;
    };
    const tipOf = async (name: string) => (await json<{ sha: string }>(`${API}/commits/refs/heads/${name}`)).sha;
    for (const branch of ['refs/heads/topic', 'heads/topic', 'topic']) {
      if (branch.startsWith('refs'))
        await alice.api('POST', `${API}/git/refs`, { ref: branch, sha: commits.get('refs/heads/v1') });
      const made = await write(branch, { branch });
      expect(await tipOf('topic')).toBe(made);
    }
    const begun = { message: 'x', path: 'new', text: 'x', sha: null };
    for (const [from, at] of [
      ['tags/v1', 'refs/tags/v1'],
      ['heads/v1', 'refs/heads/v1'],
      ['HEAD', 'refs/heads/main'],
    ] as const) {
      const edits = '/api/web/repos/alice/names/edits';
      const branch = `refs/heads/from/${from}`;
      const { body } = await alice.api<{ branch: string; sha: string }>('POST', edits, { ...begun, branch, from });
      expect(body.branch).toBe(`from/${from}`);
      const { parents } = await json<{ parents: { sha: string }[] }>(`${API}/git/commits/${body.sha}`);
      expect([from, parents[0]?.sha]).toEqual([from, commits.get(at)]);
    }
  });
});

describe('what is no plain file of a branch', () => {
  let alice: Actor;
  let sha: string;
  const module = '1'.repeat(40);

  const read = async (path: string) => {
    const headers = { authorization: `Bearer ${alice.token}`, accept: 'text/html' };
    const answer = await fetch(hub.url + path, { headers });
    return { status: answer.status, text: await answer.text(), at: answer.url.slice(hub.url.length) };
  };

  beforeAll(async () => {
    alice = await hub.actor('alice');
    await alice.createRepository('kinds', { visibility: 'public' });
    const cwd = workspace('kinds');
    const git = async (...args: string[]) => (await alice.gitOk(args, { cwd })).trim();
    await git('init', '-q');
    mkdirSync(join(cwd, 'dir'));
    writeFileSync(join(cwd, 'dir/file'), 'the file');
    writeFileSync(join(cwd, 'README'), 'read');
    writeFileSync(join(cwd, '.gitmodules'), '[submodule "m"]\npath = known\nurl = https://github.com/a/b\n');
    for (const [name, target] of Object.entries({ link: 'dir', direct: 'link/file', out: '/etc/passwd' })) {
      symlinkSync(target, join(cwd, name));
    }
    await git('add', '-A');
    for (const path of ['known', 'unknown'])
      await git('update-index', '--add', '--cacheinfo', `160000,${module},${path}`);
    await git('commit', '-q', '-m', 'kinds of entries');
    sha = await git('rev-parse', 'HEAD');
    await git('tag', '-a', '-m', 'x', 'tree', 'HEAD^{tree}');
    await git('tag', '-a', '-m', 'x', 'file', 'HEAD:dir/file');
    await git('tag', '-a', '-m', 'x', 'one');
    await git('-c', 'advice.nestedTag=false', 'tag', '-a', '-m', 'x', 'two', 'one');
    await git('-c', 'advice.nestedTag=false', 'tag', '-a', '-m', 'x', 'trees', 'tree');
    await git('tag', 'bare', 'HEAD^{tree}');
    await git('push', '-q', alice.remote('alice/kinds'), 'main', 'main:topic/one', '--tags');
  });

  it('is shown where linked directories lead, and nowhere outside', async () => {
    for (const path of ['blob/main/link/file', 'tree/main/link', 'commits/main/link/file', 'blob/main/link']) {
      expect([path, (await read(`/alice/kinds/-/${path}`)).status]).toEqual([path, 200]);
    }
    expect(await read('/alice/kinds/-/raw/main/link/file')).toMatchObject({ status: 200, text: 'the file' });
    expect(await read('/alice/kinds/-/raw/main/direct')).toMatchObject({ status: 200, text: 'the file' });
    expect(await read('/alice/kinds/-/raw/main/out')).toMatchObject({ status: 200, text: '/etc/passwd' });
    expect((await read('/alice/kinds/-/raw/main/out/x')).status).toBe(404);
    const contents = await alice.api('GET', '/api/v3/repos/alice/kinds/contents/link/file');
    expect(contents.body).toMatchObject({ type: 'file', path: 'dir/file' });
  });

  it('is told of a submodule, and leads to it where that is known', async () => {
    for (const view of ['blob', 'tree']) {
      const { status, text } = await read(`/alice/kinds/-/${view}/main/known`);
      expect(status).toBe(200);
      expect(text).toContain(`href="https://github.com/a/b/tree/${module}"`);
    }
    const { status, text } = await read('/alice/kinds/-/blob/main/unknown');
    expect([status, text.includes(module.slice(0, 10))]).toEqual([200, true]);
  });

  it('has a name of any bytes, and one address for each', async () => {
    const cwd = workspace('bytes');
    const git = (...args: string[]) => alice.gitOk(args, { cwd });
    await alice.createRepository('bytes', { visibility: 'public' });
    await git('init', '-q');
    const names = { '"caf\\351.txt"': 'caf\xe9.txt', '"caf\\350.txt"': 'caf\xe8.txt', '"d\\351"/x y': 'd\xe9/x y' };
    mkdirSync(Buffer.from(`${cwd}/d\xe9`, 'latin1'));
    for (const [text, name] of Object.entries(names)) writeFileSync(Buffer.from(`${cwd}/${name}`, 'latin1'), text);
    await git('add', '-A');
    await git('commit', '-q', '-m', 'names');
    await git('push', '-q', alice.remote('alice/bytes'), 'HEAD:main');
    const page = await read('/alice/bytes');
    const top = (await alice.api<{ path: string }[]>('GET', '/api/v3/repos/alice/bytes/contents')).body;
    expect(top.map(({ path }) => path).sort()).toEqual(['"caf\\350.txt"', '"caf\\351.txt"', '"d\\351"']);
    const commit = (
      await alice.api<{ sha: string; files: { filename: string }[] }>('GET', '/api/v3/repos/alice/bytes/commits/main')
    ).body;
    expect(commit.files.map(({ filename }) => filename).sort()).toEqual(Object.keys(names).sort());
    for (const [text, name] of Object.entries(names)) {
      const at = `main/${escape(name)}`;
      for (const view of ['blob', 'commits', 'raw'])
        expect([at, (await read(`/alice/bytes/-/${view}/${at}`)).status]).toEqual([at, 200]);
      expect((await read(`/alice/bytes/-/raw/${at}`)).text).toBe(text);
      const file = await alice.api<{ download_url: string; html_url: string }>(
        'GET',
        `/api/v3/repos/alice/bytes/contents/${escape(name)}`,
      );
      expect(file.body).toMatchObject({ path: text, download_url: `${hub.url}/alice/bytes/-/raw/${at}` });
      expect((await read(file.body.html_url.slice(hub.url.length))).status).toBe(200);
      const byText = await alice.api(
        'GET',
        `/api/v3/repos/alice/bytes/contents/${text.split('/').map(encodeURIComponent).join('/')}`,
      );
      expect(byText.body).toMatchObject({ path: text });
      const history = await alice.api<unknown[]>('GET', `/api/v3/repos/alice/bytes/commits?path=${escape(name)}`);
      expect(history.body).toHaveLength(1);
    }
    expect((await read('/alice/bytes/-/tree/main/d%E9')).text).toContain('/alice/bytes/-/blob/main/d%E9/x%20y');
    expect(page.text).toContain('/alice/bytes/-/blob/main/caf%E9.txt');
    expect((await read('/alice/bytes/-/blob/main/caf%EA.txt')).status).toBe(404);
    expect((await read('/alice/bytes/-/archive/main.zip?path=d%E9')).status).toBe(200);
    expect((await read(`/alice/bytes/-/commit/${commit.sha}`)).text).toContain('351.txt');
  });

  it('is what a tag names: a tree with its archive, a file, the commit behind two tags', async () => {
    expect((await read('/alice/kinds/-/tree/tree')).text).toContain('dir');
    expect((await read('/alice/kinds/-/blob/tree/dir/file')).text).toContain('the file');
    expect((await read('/alice/kinds/-/blob/file')).text).toContain('the file');
    expect((await read('/alice/kinds/-/raw/file')).text).toBe('the file');
    for (const format of ['zip', 'tar.gz'])
      expect((await read(`/alice/kinds/-/archive/tree.${format}`)).status).toBe(200);
    for (const name of ['tree', 'trees', 'tags/trees', 'refs/tags/bare']) {
      const api = '/api/v3/repos/alice/kinds';
      const of = async (path: string) => (await read(path)).text;
      const entries = JSON.parse(await of(`${api}/contents?ref=${name}`)) as {
        name: string;
        html_url: string | null;
      }[];
      expect(entries.map((entry) => entry.name)).toContain('dir');
      for (const { html_url: url } of entries)
        if (url !== null) expect((await read(url.slice(hub.url.length))).status).toBe(200);
      const file = JSON.parse(await of(`${api}/contents/dir/file?ref=${name}`)) as Record<string, string>;
      for (const key of ['url', 'git_url', 'html_url', 'download_url'])
        expect([key, (await read((file[key] ?? '').slice(hub.url.length))).status]).toEqual([key, 200]);
      expect(JSON.parse(await of(`${api}/contents/link/file?ref=${name}`))).toMatchObject({ path: 'dir/file' });
      expect(JSON.parse(await of(`${api}/contents/known?ref=${name}`))).toMatchObject({
        submodule_git_url: 'https://github.com/a/b',
      });
      expect(JSON.parse(await of(`${api}/readme?ref=${name}`))).toMatchObject({ name: 'README' });
      expect(await of(`${api}/git/trees/${name}?recursive=1`)).toContain('"dir/file"');
      for (const form of ['zipball', 'tarball']) expect((await read(`${api}/${form}/${name}`)).status).toBe(200);
      expect((await read(`${api}/commits?sha=${name}`)).text).toContain('names a directory');
      expect((await read(`${api}/contents/no/such?ref=${name}`)).status).toBe(404);
    }
    for (const path of ['contents?ref=file', 'contents/x?ref=tags/file', 'readme?ref=file', 'git/trees/file']) {
      const { status, text } = await read(`/api/v3/repos/alice/kinds/${path}`);
      expect([path, status]).toEqual([path, 404]);
      expect(text).toMatch(/names a single file.*git\/blobs\/[0-9a-f]{40}/);
    }
    expect((await read('/api/v3/repos/alice/kinds/zipball/file')).status).toBe(422);
    for (const name of ['two', 'topic/one', 'refs/heads/topic/one', 'HEAD', sha]) {
      const { status, text } = await read(`/alice/kinds/-/commit/${name}`);
      expect([name, status, text.includes('kinds of entries')]).toEqual([name, 200, true]);
      for (const form of ['diff', 'patch']) expect(text).toContain(`href="/alice/kinds/-/commit/${sha}.${form}"`);
    }
    const changed = await alice.api('PATCH', '/api/v3/repos/alice/kinds', { default_branch: 'refs/heads/topic/one' });
    expect(changed.body).toMatchObject({ default_branch: 'topic/one' });
  });
});
