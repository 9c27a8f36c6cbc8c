import { gzipSync } from 'node:zlib';
import { newObject } from '@granary/git-process';
import { Octokit } from '@octokit/rest';
import { eventually, startHub, WorkTree, type Actor, type Hub } from '../support';

let hub: Hub;
let alice: Actor;
let bob: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob] = await Promise.all([hub.actor('alice'), hub.actor('bob')]);
});

const octokit = (actor?: Actor) =>
  new Octokit({
    baseUrl: `${hub.url}/api/v3`,
    auth: actor?.token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });

it('knows who it is', async () => {
  const { data } = await octokit(alice).users.getAuthenticated();
  expect(data).toMatchObject({ login: 'alice', email: 'alice@example.com', type: 'User' });
  expect((await octokit().users.getByUsername({ username: 'alice' })).data).toMatchObject({
    login: 'alice',
    email: null,
  });
});

it('answers to the ghost whom events name where nobody is known', async () => {
  const { data } = await octokit().users.getByUsername({ username: 'ghost' });
  expect(data).toMatchObject({ login: 'ghost', id: 0, html_url: hub.url, public_repos: 0, type: 'User' });
  for (const url of [data.url, data.repos_url, data.html_url, data.avatar_url]) {
    expect({ url, status: (await fetch(url)).status }).toEqual({ url, status: 200 });
  }
});

it('creates, reads, changes, renames and deletes a repository', async () => {
  const api = octokit(alice);
  const created = await api.repos.createForAuthenticatedUser({
    name: 'one',
    description: 'first',
    private: true,
    auto_init: true,
  });
  expect(created.data).toMatchObject({ full_name: 'alice/one', private: true, default_branch: 'main' });
  const at = { owner: 'alice', repo: 'one' };
  expect((await api.repos.listBranches(at)).data).toEqual([
    expect.objectContaining({ name: 'main', protected: false }),
  ]);
  await api.repos.update({ ...at, description: 'second', private: false });
  expect((await octokit().repos.get(at)).data).toMatchObject({ description: 'second', visibility: 'public' });
  await api.repos.update({ ...at, name: 'uno' });
  expect((await api.repos.get(at)).data).toMatchObject({ full_name: 'alice/uno' });
  await api.repos.delete({ owner: 'alice', repo: 'uno' });
  await expect(api.repos.get({ owner: 'alice', repo: 'uno' })).rejects.toMatchObject({ status: 404 });
});

it('brings a deleted repository back, and not over a new one of its name', async () => {
  const path = await alice.createRepository('phoenix');
  await alice.api('DELETE', `/api/v3/repos/${path}`);
  const { body } = await alice.api<{ id: number; full_name: string }[]>('GET', '/api/web/deleted-repositories');
  const { id } = body.find(({ full_name }) => full_name === path) ?? { id: 0 };
  expect((await bob.api('POST', `/api/web/deleted-repositories/${id}/restore`)).status).toBe(404);
  await alice.createRepository('phoenix');
  expect((await alice.api('POST', `/api/web/deleted-repositories/${id}/restore`)).status).toBe(409);
  await alice.api('PATCH', `/api/v3/repos/${path}`, { name: 'younger' });
  expect((await alice.api('POST', `/api/web/deleted-repositories/${id}/restore`)).status).toBe(204);
  expect((await alice.api<{ id: number }>('GET', `/api/v3/repos/${path}`)).body.id).toBe(id);
});

it('pages through lists by Link', async () => {
  for (let n = 0; n < 7; n++) await bob.createRepository(`many-${n}`);
  const all = await octokit(bob).paginate('GET /user/repos', { per_page: 3 });
  expect(all.map(({ name }) => name).filter((name) => name.startsWith('many-'))).toHaveLength(7);
});

it('sets and removes collaborators', async () => {
  await alice.createRepository('team');
  const at = { owner: 'alice', repo: 'team' };
  await expect(octokit(bob).repos.get(at)).rejects.toMatchObject({ status: 404 });
  await octokit(alice).repos.addCollaborator({ ...at, username: 'bob', permission: 'pull' });
  expect((await octokit(bob).repos.get(at)).data.permissions).toMatchObject({ pull: true, push: false, admin: false });
  await expect(octokit(bob).repos.update({ ...at, description: 'x' })).rejects.toMatchObject({ status: 403 });
  const people = async (affiliation: 'all' | 'outside', per_page = 100) => {
    const found = await octokit(alice).paginate('GET /repos/{owner}/{repo}/collaborators', {
      ...at,
      affiliation,
      per_page,
    });
    return found.map(({ login, role_name }) => [login, role_name]);
  };
  const both = [
    ['alice', 'admin'],
    ['bob', 'read'],
  ];
  expect([await people('all'), await people('all', 1)]).toEqual([both, both]);
  expect(await people('outside')).toEqual([['bob', 'read']]);
  await octokit(alice).repos.removeCollaborator({ ...at, username: 'bob' });
  await expect(octokit(bob).repos.get(at)).rejects.toMatchObject({ status: 404 });
});

it('shows each viewer only what it may read', async () => {
  const visibilities = ['public', 'internal', 'private'] as const;
  for (const visibility of visibilities) await alice.createRepository(`seen-${visibility}`, { visibility });
  const seen = async (actor?: Actor) => {
    const { data } = await octokit(actor).search.repos({ q: 'seen-' });
    return data.items.map(({ name }) => name.slice(5)).sort();
  };
  expect(await seen()).toEqual(['public']);
  expect(await seen(bob)).toEqual(['internal', 'public']);
  expect(await seen(alice)).toEqual(['internal', 'private', 'public']);
});

it.each([
  [{ name: 'a/b' }, 'name'],
  [{ name: '..' }, 'name'],
  [{ name: 'x.git' }, 'name'],
  [{ name: 'ok', private: true, visibility: 'public' }, 'visibility'],
  [{ name: 'ok', default_branch: 'a..b' }, 'default_branch'],
  [{}, 'name'],
])("refuses %j in GitHub's way", async (wanted, field) => {
  const answer = await alice.api('POST', '/api/v3/user/repos', wanted);
  expect(answer).toMatchObject({ status: 422, body: { message: expect.any(String), errors: [{ field }] } });
});

it('refuses a name that is taken, in any case', async () => {
  await alice.createRepository('Taken');
  const again = await alice.api('POST', '/api/v3/user/repos', { name: 'tAKEN' });
  expect(again).toMatchObject({ status: 422, body: { errors: [{ field: 'name', code: 'already_exists' }] } });
});

it.each([
  ['an oversized body', { body: JSON.stringify({ name: 'x'.repeat(2_000_000) }) }, 413],
  ['broken JSON', { body: '{' }, 400],
])('answers %s with a clear error', async (_what, init, status) => {
  const headers = { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${hub.url}/api/v3/user/repos`, { method: 'POST', headers, ...init });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toEqual(expect.objectContaining({ message: expect.any(String) }));
});

it('answers an unknown route in JSON, and names no framework', async () => {
  const answer = await alice.api('GET', '/api/v3/no/such/thing');
  expect(answer).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  expect(answer.headers.get('x-powered-by')).toBeNull();
});

describe('programs that are written for GitHub', () => {
  let tree: WorkTree;
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${hub.url}/api/v3/repos/alice/read${path}`, {
      headers: { authorization: `Bearer ${alice.token}`, ...headers },
    });
  const as = async (path: string, form: string) => {
    const answer = await get(path, { accept: `application/vnd.github.${form}` });
    expect([path, form, answer.status]).toEqual([path, form, 200]);
    return { text: await answer.text(), headers: answer.headers };
  };

  beforeAll(async () => {
    tree = await WorkTree.create(alice, 'alice/read', {
      files: { 'docs/README.md': '# hi <script>alert(1)</script>\n', 'a+b c.txt': '<b>\n' },
    });
    for (let n = 0; n < 11; n++) await tree.ok('branch', `b${n}`);
    await tree.ok('push', '-q', '--all', 'origin');
  });

  it('may send fields that the hub has no use for, and call their JSON what they like', async () => {
    const body = JSON.stringify({ name: 'curl', has_wiki: false, license_template: 'mit', surprise: 1 });
    const types = ['application/x-www-form-urlencoded', 'text/plain', 'application/vnd.github+json'];
    for (const [n, type] of types.entries()) {
      const headers = { authorization: `Bearer ${alice.token}`, 'content-type': type };
      const url = `${hub.url}/api/v3/user/repos`;
      const answer = await fetch(url, { method: 'POST', headers, body: body.replace('curl', `curl-${n}`) });
      expect(answer.status).toBe(201);
      expect(answer.headers.get('location')).toBe(`${hub.url}/api/v3/repos/alice/curl-${n}`);
    }
  });

  it('learn which page is the last, and get no page of none or of a thousand', async () => {
    const links = async (path: string) => (await get(path)).headers.get('link') ?? '';
    expect(await links('/branches?per_page=5')).toMatch(/page=2>; rel="next".*page=3>; rel="last"/);
    expect(await links('/commits?per_page=1')).toBe('');
    await tree.commit({ x: '1' });
    await tree.ok('push', '-q', 'origin', 'main');
    expect(await links('/commits?per_page=1')).toMatch(/page=2>; rel="last"/);
    for (const perPage of ['0', '-1', 'x', '1000']) {
      expect(await (await get(`/branches?per_page=${perPage}`)).json()).toHaveLength(12);
    }
  });

  it('get a commit as what it changes, as a mail and as its id', async () => {
    const tip = await tree.tip();
    expect((await as('/commits/main', 'sha')).text).toBe(tip);
    expect((await as('/commits/main', 'v3.diff')).text).toMatch(/^diff --git a\/x b\/x\n/);
    const { text, headers } = await as(`/commits/${tip}`, 'patch+json');
    expect(headers.get('content-type')).toBe('application/vnd.github.patch; charset=utf-8');
    const clone = await WorkTree.clone(alice, 'alice/read');
    await clone.ok('reset', '-q', '--hard', 'HEAD~');
    clone.write({ '../mail': text });
    await clone.ok('am', '-q', '../mail');
    expect(await clone.tip('HEAD^{tree}')).toBe(await tree.tip('HEAD^{tree}'));
    expect((await get('/commits/main', { accept: 'application/vnd.github.raw' })).headers.get('content-type')).toMatch(
      /^application\/json/,
    );
  });

  it('get the same behind the address of a commit’s page, which leads there', async () => {
    const tip = await tree.tip();
    const page = `/alice/read/-/commit/${tip}`;
    const text = async (path: string, actor = alice) => {
      const answer = await fetch(hub.url + path, { headers: { authorization: `Bearer ${actor.token}` } });
      return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
    };
    const plain = { status: 200, type: 'text/plain; charset=utf-8' };
    const [diff, patch] = [(await as(`/commits/${tip}`, 'diff')).text, (await as(`/commits/${tip}`, 'patch')).text];
    expect(await text(`${page}.diff`)).toEqual({ ...plain, text: diff });
    expect(await text(`${page}.patch`)).toEqual({ ...plain, text: patch });
    for (const name of [tip.slice(0, 9), 'main', 'refs/heads/main', 'HEAD'])
      expect(await text(`/alice/read/-/commit/${name}.diff`)).toEqual({ ...plain, text: diff });
    for (const path of [`${'1'.repeat(40)}.diff`, 'no/such.patch', '.diff'])
      expect((await text(`/alice/read/-/commit/${path}`)).status).toBe(404);
    // A branch that is called so has its page.
    await alice.api('POST', '/api/v3/repos/alice/read/git/refs', { ref: 'refs/heads/fix.patch', sha: tip });
    const answer = await fetch(`${hub.url}/alice/read/-/commit/fix.patch`, {
      redirect: 'manual',
      headers: { authorization: `Bearer ${alice.token}` },
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, hub.url + page]);
    expect((await text('/alice/read/-/commit/fix.patch.patch')).text).toBe(patch);
  });

  it('get a file as HTML in which nothing runs', async () => {
    const { text, headers } = await as('/contents/docs/README.md', 'html');
    expect(text).toMatch(/<h1[^>]*>/);
    expect(text).not.toContain('<script');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect((await as('/readme/docs', 'v3.html')).text).toBe(text);
    expect((await as('/contents/a+b%20c.txt', 'html')).text).toContain('&lt;b&gt;');
    expect((await as('/contents/a+b%20c.txt', 'raw+json')).text).toBe('<b>\n');
  });

  it('are not sent again what they hold', async () => {
    for (const path of ['', '/branches', '/commits/main', '/contents/docs', '/contents/a+b%20c.txt']) {
      for (const form of ['json', 'raw', 'html', 'sha', 'diff']) {
        const accept = `application/vnd.github.${form}`;
        const etag = (await get(path, { accept })).headers.get('etag') ?? '';
        expect((await get(path, { accept, 'if-none-match': `"other", ${etag}` })).status).toBe(304);
        expect((await get(path, { accept, 'if-none-match': '"other"' })).status).toBe(200);
      }
    }
    const commit = `/commits/${await tree.tip('HEAD~')}`;
    const since = (await get(commit)).headers.get('last-modified') ?? '';
    expect((await get(commit, { 'if-modified-since': since })).status).toBe(304);
    expect((await get(commit, { 'if-modified-since': new Date().toUTCString() })).status).toBe(200);
  });

  it('are told in every error where the API is described', async () => {
    const answers = await Promise.all([
      alice.api('POST', '/api/v3/user/repos', { name: 7 }),
      alice.api('POST', '/api/v3/user/repos', ['name']),
      alice.api('POST', '/api/v3/repos/alice/read/git/refs', { ref: 'refs/heads/main', sha: await tree.tip() }),
      alice.api('GET', '/api/v3/no/such/thing'),
      alice.api('DELETE', '/api/v3/user'),
      alice.api('GET', '/api/v3/repos/alice/none'),
      bob.api('PATCH', '/api/v3/admin/users/alice', {}),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([422, 400, 422, 404, 405, 404, 403]);
    for (const { status, body } of answers) {
      expect(body).toMatchObject({ documentation_url: expect.stringMatching(/^https:/), status: String(status) });
      if (status === 422)
        expect(body).toMatchObject({ errors: [{ resource: expect.any(String), code: expect.any(String) }] });
    }
  });

  it('find a picture of everybody, of the size that they ask for', async () => {
    const { data } = await octokit(alice).users.getAuthenticated();
    const picture = await fetch(`${data.avatar_url}&s=40`);
    expect([
      picture.status,
      picture.headers.get('content-type'),
      picture.headers.get('x-content-type-options'),
    ]).toEqual([200, 'image/png', 'nosniff']);
    expect(picture.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect(Buffer.from(await picture.arrayBuffer()).readUInt32BE(16)).toBe(40);
  });
});

describe('programs that push nothing', () => {
  const at = { owner: 'alice', repo: 'made' };
  const person = { name: 'Ada', email: 'ada@example.org', date: '2026-03-01T12:00:00+02:00' };

  beforeAll(() => alice.createRepository('made', { auto_init: true }));

  it('make a blob, a tree, a commit, a tag and refs, and a clone has them', async () => {
    const api = octokit(alice);
    const { data: base } = await api.git.getRef({ ...at, ref: 'heads/main' });
    const bytes = Buffer.from([0, 1, 2, 255]);
    const { data: blob } = await api.git.createBlob({ ...at, content: bytes.toString('base64'), encoding: 'base64' });
    const { data: parent } = await api.git.getCommit({ ...at, commit_sha: base.object.sha });
    const { data: tree } = await api.git.createTree({
      ...{ ...at, base_tree: parent.tree.sha },
      tree: [
        { path: 'bin/data', mode: '100755', type: 'blob', sha: blob.sha },
        { path: 'docs/note.md', mode: '100644', type: 'blob', content: 'A note with ä\n' },
      ],
    });
    const { data: commit } = await api.git.createCommit({
      ...{ ...at, message: 'Made by a program\n\nin two paragraphs', tree: tree.sha, parents: [base.object.sha] },
      ...{ author: person, committer: person },
    });
    const { data: tag } = await api.git.createTag({
      ...{ ...at, tag: 'v1', message: 'first', object: commit.sha, type: 'commit', tagger: person },
    });
    await api.git.createRef({ ...at, ref: 'refs/heads/topic/one', sha: commit.sha });
    await api.git.createRef({ ...at, ref: 'refs/tags/v1', sha: tag.sha });
    await api.git.updateRef({ ...at, ref: 'heads/main', sha: commit.sha });
    const clone = await WorkTree.clone(alice, 'alice/made');
    expect(await clone.tip()).toBe(commit.sha);
    expect(await clone.ok('log', '-1', '--format=%an %ae %cI%n%B')).toBe(
      'Ada ada@example.org 2026-03-01T12:00:00+02:00\nMade by a program\n\nin two paragraphs',
    );
    expect(await clone.ok('ls-tree', '-r', '--format=%(objectmode) %(path)', 'HEAD')).toBe(
      '100644 README.md\n100755 bin/data\n100644 docs/note.md',
    );
    expect(await clone.ok('hash-object', 'bin/data')).toBe(blob.sha);
    expect(await clone.ok('rev-parse', 'origin/topic/one', 'v1', 'v1^{}')).toBe(
      [commit.sha, tag.sha, commit.sha].join('\n'),
    );
    await clone.ok('fsck', '--strict');
    const { data: compared } = await api.repos.compareCommitsWithBasehead({ ...at, basehead: `${parent.sha}...v1` });
    expect(compared).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0, total_commits: 1 });
    expect(compared.files?.map(({ filename }) => filename)).toEqual(['bin/data', 'docs/note.md']);
    const back = await api.git.updateRef({ ...at, ref: 'heads/main', sha: base.object.sha }).catch((error) => error);
    expect(back).toMatchObject({ status: 422, message: expect.stringMatching(/not a fast.forward/i) });
    const listed = async (below: string) => {
      const found = await api.paginate<{ ref: string }>(`GET /repos/{owner}/{repo}/git/refs${below}`, {
        ...at,
        per_page: 1,
      });
      return found.map(({ ref }) => ref);
    };
    expect(await listed('')).toEqual(['refs/heads/main', 'refs/heads/topic/one', 'refs/tags/v1']);
    expect([await listed('/heads/topic'), await listed('/tags')]).toEqual([['refs/heads/topic/one'], ['refs/tags/v1']]);
    await api.git.deleteRef({ ...at, ref: 'heads/topic/one' });
    await expect(api.git.getRef({ ...at, ref: 'heads/topic' })).rejects.toMatchObject({ status: 404 });
  });

  it('are told that a repository has no commit yet', async () => {
    await alice.createRepository('bare');
    const none = { owner: 'alice', repo: 'bare', ref: 'heads/main' };
    const refusal = { status: 409, message: expect.stringContaining('Git Repository is empty.') };
    await expect(octokit(alice).git.getRef(none)).rejects.toMatchObject(refusal);
    await expect(octokit(alice).repos.listCommits(none)).rejects.toMatchObject(refusal);
  });

  it('send a file of megabytes in JSON, in lines, without a length or compressed', async () => {
    const bytes = Buffer.alloc(3 * 1024 ** 2, 'granary');
    const lines = bytes.toString('base64').replace(/.{76}/g, '$&\n');
    const json = JSON.stringify({ content: lines, encoding: 'base64' });
    const post = (body: RequestInit['body'], headers: Record<string, string> = {}) =>
      fetch(`${hub.url}/api/v3/repos/alice/made/git/blobs`, {
        ...{ method: 'POST', body, duplex: 'half' },
        headers: { authorization: `Bearer ${alice.token}`, ...headers },
      } as RequestInit);
    const sha = newObject('sha1', 'blob', bytes).oid;
    for (const answer of [
      await post(json),
      await post(new Blob([json]).stream()),
      await post(gzipSync(json), { 'content-encoding': 'gzip' }),
    ]) {
      expect([answer.status, await answer.json()]).toMatchObject([201, { sha }]);
    }
    const put = { path: 'big.bin', message: 'big', content: lines };
    expect((await octokit(alice).repos.createOrUpdateFileContents({ ...at, ...put })).data.content?.sha).toBe(sha);
    expect((await post(`${json.slice(0, -1)},}`)).status).toBe(400);
    expect((await post(new Blob(['x'.repeat(41 * 1024 ** 2)]).stream())).status).toBe(413);
  });

  it('ask who may do what, what there is and how the hub stands', async () => {
    const api = octokit(alice);
    const permission = await api.repos.getCollaboratorPermissionLevel({ ...at, username: 'alice' });
    expect(permission.data).toMatchObject({ permission: 'admin', role_name: 'admin', user: { login: 'alice' } });
    const found = await api.search.repos({ q: 'made user:alice created:>2000-01-01 stars:0', per_page: 1 });
    expect(found.data).toMatchObject({ total_count: 1, incomplete_results: false, items: [{ name: 'made' }] });
    expect((await api.search.repos({ q: 'made language:cobol' })).data.total_count).toBe(0);
    expect((await api.meta.get()).data).toMatchObject({ verifiable_password_authentication: true });
    expect((await api.meta.root()).data).toMatchObject({ current_user_url: `${hub.url}/api/v3/user` });
    expect((await api.rateLimit.get()).data.resources.core).toMatchObject({ limit: expect.any(Number) });
  });

  it('set up a webhook, not twice, and change its configuration alone', async () => {
    const { repos } = octokit(alice);
    const wanted = { ...at, events: ['push', 'pull_request'], config: { url: 'https://ci.example/a', secret: 's' } };
    const { data: hook } = await repos.createWebhook(wanted);
    await expect(repos.createWebhook({ ...wanted, events: ['*'] })).rejects.toMatchObject({
      status: 422,
      response: {
        data: {
          message: 'Validation Failed',
          errors: [{ resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' }],
        },
      },
    });
    const named = { ...at, hook_id: hook.id };
    await repos.updateWebhookConfigForRepo({ ...named, content_type: 'form' });
    const { data: config } = await repos.getWebhookConfigForRepo(named);
    expect(config).toEqual({ ...wanted.config, content_type: 'form', insecure_ssl: '0', secret: '********' });
    expect((await repos.getWebhook(named)).data.events).toEqual(wanted.events);
  });

  it('leaf through deliveries by a cursor, and learn the last page of what has one', async () => {
    const hooks = `/api/v3/repos/alice/made/hooks`;
    const { body: hook } = await alice.api<{ id: number }>('POST', hooks, { config: { url: 'https://ci.example/b' } });
    for (let n = 0; n < 4; n++) await alice.api('POST', `${hooks}/${hook.id}/pings`);
    const [owner, parameters] = ['GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries', { ...at, hook_id: hook.id }];
    const deliveries = () =>
      octokit(alice).paginate(owner, { ...parameters, per_page: 2 }) as Promise<{ id: number }[]>;
    const ids = await eventually('five pings are there', async () => {
      const found = (await deliveries()).map(({ id }) => id);
      return found.length === 5 ? found : null;
    });
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    const linkOf = async (path: string) =>
      (await fetch(hub.url + path, { headers: { authorization: `Bearer ${alice.token}` } })).headers.get('link') ?? '';
    const first = await linkOf(`${hooks}/${hook.id}/deliveries?per_page=2`);
    expect(first).toBe(`<${hub.url}${hooks}/${hook.id}/deliveries?per_page=2&cursor=${ids[1]}>; rel="next"`);
    expect((await alice.api('GET', `${hooks}/${hook.id}/deliveries?cursor=x`)).status).toBe(422);
    const leaf = `${hooks}/${hook.id}/deliveries?per_page=2&cursor=`;
    const second = await linkOf(`${leaf}${ids[1]}`);
    expect(second).toMatch(new RegExp(`cursor=newer-${ids[2]}>; rel="prev", .*cursor=${ids[3]}>; rel="next"`));
    const back = await alice.api<{ id: number }[]>('GET', `${leaf}newer-${ids[2]}`);
    expect(back.body.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(back.headers.get('link')).toBe(first);
    for (const path of ['a', 'b', 'c']) {
      await alice.api('POST', '/api/v3/repos/alice/made/lfs/locks', { path: `${path}.bin` });
    }
    expect(await linkOf('/api/v3/repos/alice/made/lfs/locks?per_page=1')).toMatch(/page=3>; rel="last"/);
    expect(await linkOf('/api/v3/repos/alice/made/audit?per_page=2')).toMatch(/page=\d+>; rel="last"/);
  });

  it('are told in GitHub’s words that a commit is not there', async () => {
    const { repos } = octokit(alice);
    for (const ref of ['deadbeef'.repeat(5), 'no/such', 'abcdef0']) {
      const told = { status: 422, message: expect.stringContaining(`No commit found for SHA: ${ref}`) };
      await expect(repos.getCommit({ ...at, ref })).rejects.toMatchObject(told);
    }
    for (const ref of ['no/such', 'abcdef0', 'refs/tags/main']) {
      const told = { status: 404, message: expect.stringContaining(`No commit found for the ref ${ref}`) };
      await expect(repos.getContent({ ...at, path: '', ref })).rejects.toMatchObject(told);
      await expect(repos.getReadme({ ...at, ref })).rejects.toMatchObject(told);
      const listed = { status: 404, message: expect.stringContaining(`No commit found for SHA: ${ref}`) };
      await expect(repos.listCommits({ ...at, sha: ref })).rejects.toMatchObject(listed);
      const compared = { status: 404, message: expect.stringMatching(/^Not Found/) };
      await expect(repos.compareCommits({ ...at, base: 'main', head: ref })).rejects.toMatchObject(compared);
    }
    await alice.createRepository('void');
    await expect(repos.getCommit({ owner: 'alice', repo: 'void', ref: 'main' })).rejects.toMatchObject({ status: 409 });
    await expect(octokit(bob).repos.getCommit({ ...at, repo: 'hidden', ref: 'x' })).rejects.toMatchObject({
      status: 404,
    });
  });
});
