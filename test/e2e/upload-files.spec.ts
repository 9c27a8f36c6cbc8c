import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { eventually, run, startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { startDatabase } from '../support/database';

const MIB = 1024 * 1024;

let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;
let database: Client;
let stopDatabase: () => Promise<void>;

beforeAll(async () => {
  const { url, stop } = await startDatabase();
  hub = await startHub({ ssh: false, env: { DATABASE_URL: url } });
  database = new Client({ connectionString: url });
  await database.connect();
  stopDatabase = async () => {
    await database.end();
    await hub.destroy();
    await stop();
  };
  [alice, bob, mallory] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
});
afterAll(() => stopDatabase());

/** Files on disk, to be sent by curl. */
function files(contents: Record<string, string | Buffer>): Record<string, string> {
  const directory = workspace('upload');
  return Object.fromEntries(
    Object.entries(contents).map(([name, content]) => {
      const path = join(directory, name);
      writeFileSync(path, content);
      return [name, path];
    }),
  );
}

async function curl(actor: Actor, page: string, form: string[], more: string[] = []) {
  const parts = form.flatMap((part) => ['-F', part]);
  const auth = ['-H', `Authorization: Bearer ${actor.token}`];
  const { stdout } = await run('curl', ['-sS', '-i', ...auth, ...parts, ...more, `${hub.url}/${page}`]);
  const status = Number(
    [...stdout.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code]) => code).findLast((code) => code !== '100'),
  );
  return {
    status,
    location: /^Location: (.*?)\r?$/im.exec(stdout)?.[1] ?? null,
    text: stdout.split('\r\n\r\n').at(-1),
  };
}

/** Sends one file as the page's script does. */
async function stage(actor: Actor, repository: string, path: string, body: Buffer | string, query = '') {
  const answer = await fetch(
    `${hub.url}/api/web/repos/${repository}/uploads?path=${encodeURIComponent(path)}${query}`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${actor.token}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(Buffer.from(body)),
    },
  );
  return { status: answer.status, body: (await answer.json()) as { id: string; message: string; hint?: string } };
}

const commit = (actor: Actor, repository: string, wanted: object) =>
  actor.api<{ sha: string; message: string; hint?: string }>('POST', `/api/web/repos/${repository}/uploads/commit`, {
    branch: 'main',
    message: 'upload',
    ...wanted,
  });

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const lines = (tree: WorkTree, name = '.gitattributes') =>
  readFileSync(join(tree.cwd, name), 'utf8').trimEnd().split('\n');

it('takes 30 MiB through the form, as an LFS object that a clone gets back', async () => {
  const repository = await alice.createRepository('media', { auto_init: true });
  const big = randomBytes(30 * MIB);
  const paths = files({ 'big file #1.bin': big, 'notes.txt': 'small\n' });
  const form = ['message=Add the film', ...Object.values(paths).map((path) => `files=@"${path}"`)];
  const answer = await curl(alice, `${repository}/-/upload/main/art/new`, form);
  expect(answer).toMatchObject({ status: 303, location: `/${repository}/-/tree/main/art/new?notice=files-uploaded` });

  const clone = await WorkTree.clone(alice, repository);
  expect(sha256(readFileSync(join(clone.cwd, 'art/new/big file #1.bin')))).toBe(sha256(big));
  expect(readFileSync(join(clone.cwd, 'art/new/notes.txt'), 'utf8')).toBe('small\n');
  expect(await clone.ok('lfs', 'fsck')).toContain('OK');
  expect(await clone.ok('lfs', 'ls-files', '--name-only')).toBe('art/new/big file #1.bin');
  expect(lines(clone)).toEqual(['/art/new/big[[:space:]]file[[:space:]]#1.bin filter=lfs diff=lfs merge=lfs -text']);
  expect(await clone.ok('status', '--porcelain')).toBe('');
  expect(await clone.ok('log', '-1', '--format=%s|%an|%ae')).toBe('Add the film|alice|alice@example.com');
  expect(await clone.ok('diff-tree', '-r', '--name-only', 'HEAD~', 'HEAD')).toBe(
    ['.gitattributes', 'art/new/big file #1.bin', 'art/new/notes.txt'].join('\n'),
  );
  const pointer = await clone.ok('cat-file', 'blob', 'HEAD:art/new/big file #1.bin');
  expect(pointer).toBe(`version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(big)}\nsize ${big.length}`);
});

it('makes the first commit of an empty repository, also of SHA-256', async () => {
  const repository = await alice.createRepository('fresh', { object_format: 'sha256' });
  const paths = files({ 'a.txt': 'a\n', 'b.bin': randomBytes(11 * MIB) });
  const form = Object.values(paths).map((path) => `files=@${path}`);
  expect(await curl(alice, `${repository}/-/upload/main`, form)).toMatchObject({ status: 303 });
  const clone = await WorkTree.clone(alice, repository);
  expect(await clone.ok('ls-files')).toBe('.gitattributes\na.txt\nb.bin');
  expect(await clone.ok('lfs', 'fsck')).toContain('OK');
});

it('follows the rules of the repository, its attributes, and the choice where there is one', async () => {
  const tree = await WorkTree.create(alice, 'alice/ruled', {
    files: { '.gitattributes': '*.mov filter=lfs diff=lfs merge=lfs -text\n', 'deep/.gitattributes': '# own' },
  });
  await tree.ok('push', '-q', 'origin', 'main');
  const rules = { lfs_required_patterns: ['*.psd'], lfs_required_size_bytes: 4096 };
  await alice.api('PATCH', '/api/v3/repos/alice/ruled/push-rules', rules);
  const sent = { 'a.mov': 'm', 'b.psd': 'p', 'deep/c.dat': 'x'.repeat(5000), 'd.txt': 't', 'e.txt': 'e' };
  const plan = await alice.api<{ files: { path: string; reason: string | null; lfs: boolean; forced: boolean }[] }>(
    'POST',
    '/api/web/repos/alice/ruled/uploads/plan',
    { at: 'main', files: Object.entries(sent).map(([path, text]) => ({ path, size_bytes: text.length })) },
  );
  expect(plan.body.files.map(({ path, reason, lfs, forced }) => [path, reason, lfs, forced])).toEqual([
    ['a.mov', 'attributes', true, true],
    ['b.psd', 'required_pattern', true, true],
    ['deep/c.dat', 'required_size', true, true],
    ['d.txt', null, false, false],
    ['e.txt', null, false, false],
  ]);
  const staged = await Promise.all(Object.entries(sent).map(([path, text]) => stage(alice, 'alice/ruled', path, text)));
  // A choice against a rule is none; where there is no rule, it counts.
  const choices = [{ lfs: false }, { lfs: false }, {}, {}, { lfs: true }];
  const made = await commit(alice, 'alice/ruled', {
    files: staged.map(({ body }, n) => ({ id: body.id, ...choices[n] })),
  });
  expect(made.status).toBe(201);
  const clone = await WorkTree.clone(alice, 'alice/ruled');
  expect((await clone.ok('lfs', 'ls-files', '--name-only')).split('\n').sort()).toEqual(
    ['a.mov', 'b.psd', 'deep/c.dat', 'e.txt'].sort(),
  );
  const lfs = 'filter=lfs diff=lfs merge=lfs -text';
  expect(lines(clone)).toEqual([`*.mov ${lfs}`, `*.psd ${lfs}`, `/e.txt ${lfs}`]);
  expect(lines(clone, 'deep/.gitattributes')).toEqual(['# own', `/c.dat ${lfs}`]);
  expect(await clone.ok('lfs', 'fsck')).toContain('OK');
  expect(await clone.ok('status', '--porcelain')).toBe('');
});

it('commits to a new branch, and leaves the old one', async () => {
  const repository = await alice.createRepository('branches', { auto_init: true });
  const { body } = await stage(alice, repository, 'x', 'x');
  const files = [{ id: body.id }];
  expect((await commit(alice, repository, { branch: 'topic', files })).status).toBe(404);
  expect((await commit(alice, repository, { branch: 'topic', from: 'main', files })).status).toBe(201);
  const clone = await WorkTree.clone(alice, repository);
  expect(await clone.ok('ls-tree', '--name-only', 'origin/topic')).toBe('README.md\nx');
  expect(await clone.ok('ls-tree', '--name-only', 'origin/main')).toBe('README.md');
});

it('keeps the files when a commit is refused, and commits them at the next try', async () => {
  const repository = await alice.createRepository('patient', { auto_init: true });
  await alice.api('PUT', `/api/v3/repos/${repository}/collaborators/bob`, { permission: 'push' });
  const { body: lock } = await bob.api<{ lock: { id: string } }>('POST', `/${repository}.git/info/lfs/locks`, {
    path: 'scene.bin',
  });
  const [one, two] = [await stage(alice, repository, 'scene.bin', 's'), await stage(alice, repository, 'other', 'o')];
  const files = [{ id: one.body.id, lfs: true }, { id: two.body.id }];
  const refused = await commit(alice, repository, { files });
  expect(refused).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining('scene.bin (locked by bob)') },
  });
  const page = await alice.api<{ staged: { path: string }[] }>('GET', `/api/web/repos/${repository}/upload?at=main`);
  expect(page.body.staged.map(({ path }) => path)).toEqual(['other', 'scene.bin']);
  await bob.api('POST', `/${repository}.git/info/lfs/locks/${lock.lock.id}/unlock`, {});
  // Now as a plain file: the choice is free at each try, though its bytes lie with the LFS objects by now.
  expect((await commit(alice, repository, { files: files.map(({ id }) => ({ id, lfs: false })) })).status).toBe(201);
  const clone = await WorkTree.clone(alice, repository);
  expect(await clone.ok('cat-file', 'blob', 'HEAD:scene.bin')).toBe('s');
  expect((await commit(alice, repository, { files })).status).toBe(404);
});

it('tells a full quota before and after the bytes have travelled', async () => {
  const repository = await alice.createRepository('full', { auto_init: true });
  const quota = (bytes: number | null) =>
    database.query(`UPDATE namespaces SET limits = $1 WHERE name = 'alice'`, [
      bytes === null ? {} : { lfs_private_bytes: bytes, lfs_public_bytes: bytes },
    ]);
  await quota(1000);
  try {
    const early = await stage(alice, repository, 'big.bin', Buffer.alloc(200_000), '&lfs=true');
    expect(early).toMatchObject({ status: 507, body: { message: expect.stringContaining('LFS files') } });
    const { body } = await stage(alice, repository, 'big.bin', Buffer.alloc(200_000));
    const files = [{ id: body.id, lfs: true }];
    expect(await commit(alice, repository, { files })).toMatchObject({ status: 507 });
    await quota(null);
    expect((await commit(alice, repository, { files })).status).toBe(201);
  } finally {
    await quota(null);
  }
});

describe('an attacker', () => {
  let repository: string;
  beforeAll(async () => {
    repository = await alice.createRepository('target', { auto_init: true });
    await alice.api('PUT', `/api/v3/repos/${repository}/collaborators/bob`, { permission: 'push' });
    await alice.api('PUT', `/api/v3/repos/${repository}/collaborators/mallory`, { permission: 'pull' });
  });

  it.each(['../x', '.git/config', '.GIT/hooks/x', 'a/.git./x', '/etc/passwd', 'a\\..\\x', 'git~1'])(
    'gets no file to %j, neither by the script nor by the form',
    async (path) => {
      expect(await stage(alice, repository, path, 'x')).toMatchObject({ status: 422 });
      const { evil } = files({ evil: 'x' });
      const form = [`files=@${evil};filename="${path.replaceAll('\\', '\\\\')}"`];
      expect(await curl(alice, `${repository}/-/upload/main`, form)).toMatchObject({ status: 422 });
      const rows = await database.query('SELECT 1 FROM staged_uploads WHERE path = $1', [path]);
      expect(rows.rowCount).toBe(0);
    },
  );

  it('does nothing with the role of a reader', async () => {
    const { evil } = files({ evil: 'x' });
    expect(await stage(mallory, repository, 'x', 'x')).toMatchObject({ status: 403 });
    expect(await curl(mallory, `${repository}/-/upload/main`, [`files=@${evil}`])).toMatchObject({ status: 403 });
    for (const page of ['upload?at=main', 'edit?at=main/README.md', 'edit-place?at=main']) {
      expect((await mallory.api('GET', `/api/web/repos/${repository}/${page}`)).status).toBe(403);
    }
    const edit = { branch: 'main', message: 'x', path: 'x', text: 'x', sha: null };
    expect((await mallory.api('POST', `/api/web/repos/${repository}/edits`, edit)).status).toBe(403);
  });

  it('cannot use, see or remove the upload of another user, nor one in another repository', async () => {
    const { body } = await stage(alice, repository, 'secret', 'alice only');
    const files = [{ id: body.id }];
    expect((await commit(bob, repository, { files })).status).toBe(404);
    await bob.api('DELETE', `/api/web/repos/${repository}/uploads/${body.id}`);
    const seen = await bob.api<{ staged: unknown[] }>('GET', `/api/web/repos/${repository}/upload?at=main`);
    expect(seen.body.staged).toEqual([]);
    const other = await alice.createRepository('other', { auto_init: true });
    expect((await commit(alice, other, { files })).status).toBe(404);
    expect((await commit(alice, other, { files: [{ id: "x' OR true" }] })).status).toBe(404);
    await alice.api('DELETE', `/api/web/repos/${other}/uploads/${body.id}`);
    expect((await commit(alice, repository, { files })).status).toBe(201);
  });

  it('is refused from another site', async () => {
    const session = await fetch(`${hub.url}/api/web/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'alice', password: alice.password }),
    });
    const opened = (await session.json()) as { token: string; cookie_name: string };
    const post = (origin: string | null) => {
      const form = new FormData();
      form.set('files', new Blob(['x']), 'cross-site.txt');
      return fetch(`${hub.url}/${repository}/-/upload/main`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: `${opened.cookie_name}=${opened.token}`, ...(origin ? { origin } : {}) },
        body: form,
      });
    };
    expect((await post('https://evil.example')).status).toBe(403);
    expect((await post(null)).status).toBe(403);
    expect((await post(hub.url)).status).toBe(303);
  });

  it('does not write on the upload page through its address', async () => {
    const note = `${Buffer.from('Your account is locked').toString('base64url')}.${'A'.repeat(43)}`;
    const page = await alice.api<{ problem: string | null }>(
      'GET',
      `/api/web/repos/${repository}/upload?at=main&refused=${note}`,
    );
    expect(page.body.problem).toBeNull();
  });
});

it('leaves nothing of an upload that breaks off, and commits none that is older than an hour', async () => {
  const repository = await alice.createRepository('broken', { auto_init: true });
  const controller = new AbortController();
  const body = new ReadableStream({
    async pull(stream) {
      if (controller.signal.aborted) return stream.close();
      stream.enqueue(new Uint8Array(64 * 1024));
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
  const sending = fetch(`${hub.url}/api/web/repos/${repository}/uploads?path=endless`, {
    method: 'POST',
    headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/octet-stream' },
    body,
    duplex: 'half',
    signal: controller.signal,
  } as RequestInit);
  const failed = expect(sending).rejects.toThrow();
  const arriving = async (rows: number) =>
    (await database.query(`SELECT 1 FROM staged_uploads WHERE path = 'endless'`)).rowCount === rows;
  try {
    await eventually('the upload is noted', () => arriving(1));
  } finally {
    controller.abort();
  }
  await failed;
  await eventually('the upload is forgotten', () => arriving(0));

  const { body: old } = await stage(alice, repository, 'old', 'x');
  await database.query(`UPDATE staged_uploads SET touched_at = now() - interval '61 minutes' WHERE id = $1`, [old.id]);
  expect((await commit(alice, repository, { files: [{ id: old.id }] })).status).toBe(404);
});
