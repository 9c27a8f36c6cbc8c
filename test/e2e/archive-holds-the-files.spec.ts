import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { callApi, eventually, run, runOk, startHub, workspace, type Actor, type Hub } from '../support';
import { SshActor } from '../support/ssh';

let hub: Hub;
let alice: Actor;
let mallory: Actor;
let tree: string;
const weights = randomBytes(2_500_000);

beforeAll(async () => {
  hub = await startHub();
  [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
  tree = join(workspace('archive'), 'tree');
  mkdirSync(join(tree, 'deep/er'), { recursive: true });
  const git = (...args: string[]) => alice.gitOk(args, { cwd: tree });
  await git('init', '-q');
  await git('lfs', 'install', '--local');
  await git('lfs', 'track', '*.bin');
  writeFileSync(join(tree, 'weights.bin'), weights);
  writeFileSync(join(tree, 'deep/er/copy.bin'), weights);
  writeFileSync(join(tree, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(tree, 'version.txt'), '$Format:%H$\n');
  writeFileSync(join(tree, 'private.txt'), 'not for archives\n');
  writeFileSync(join(tree, 'ünï cödé.txt'), 'unicode\n');
  writeFileSync(join(tree, `${'long name '.repeat(20)}.txt`), 'long\n');
  // Shaped like a pointer, but no attribute marks it.
  const oid = createHash('sha256').update(weights).digest('hex');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${weights.length}\n`;
  writeFileSync(join(tree, 'sample.pointer'), pointer);
  symlinkSync('run.sh', join(tree, 'link'));
  writeFileSync(
    join(tree, '.gitattributes'),
    '*.bin filter=lfs diff=lfs merge=lfs -text\nversion.txt export-subst\nprivate.txt export-ignore\n',
  );
  await git('add', '-A');
  await git('commit', '-q', '-m', 'everything an archive can hold');
  await git('branch', 'feature/one');
  await git('remote', 'add', 'origin', alice.remote('alice/data'));
  await git('push', '-q', 'origin', 'main', 'feature/one');
});

async function download(path: string, headers: Record<string, string> = { authorization: `Bearer ${alice.token}` }) {
  const answer = await fetch(`${hub.url}/alice/data/-/archive/${path}`, { headers });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

const FORMATS = ['zip', 'tar', 'tar.gz', 'tar.bz2', 'tar.xz', 'tar.zst'] as const;
type Format = (typeof FORMATS)[number];

/** Python's zipfile restores neither links nor modes by itself. */
const ZIPFILE = `
import os, stat, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    for i in z.infolist():
        mode = i.external_attr >> 16
        if stat.S_ISLNK(mode):
            os.symlink(z.read(i).decode(), i.filename)
        else:
            z.extract(i)
            os.chmod(i.filename, mode & 0o777 or 0o755)
`;
const UNPACKERS: Record<string, (file: string) => [string, string[]]> = {
  unzip: (file) => ['unzip', ['-q', file]],
  zipfile: (file) => ['python3', ['-c', ZIPFILE, file]],
  bsdtar: (file) => ['bsdtar', ['-xf', file]],
  tar: (file) => ['tar', ['-xf', file]],
  tarfile: (file) => ['python3', ['-c', 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall()', file]],
};

/** Unpacks into a new directory. @returns the single directory at the top. */
async function unpack(bytes: Buffer, format: Format, unpacker = format === 'zip' ? 'unzip' : 'tar') {
  const cwd = workspace('unpacked');
  const file = `archive.${format}`;
  writeFileSync(join(cwd, file), bytes);
  const [program, args] = UNPACKERS[unpacker]?.(file) ?? ['false', []];
  await runOk(program, args, { cwd, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  rmSync(join(cwd, file));
  const [top, ...others] = readdirSync(cwd);
  expect(others).toEqual([]);
  return join(cwd, top ?? '');
}

/** What `git archive` makes of the commit, its pointers smudged by git-lfs. */
async function reference() {
  const cwd = workspace('reference');
  await alice.gitOk(['archive', '--format=tar', '-o', join(cwd, 'a.tar'), 'HEAD'], { cwd: tree });
  await runOk('tar', ['-xf', 'a.tar'], { cwd });
  rmSync(join(cwd, 'a.tar'));
  return cwd;
}

it.each(FORMATS)('gives in a %s what git archive and git-lfs give together, whoever unpacks it', async (format) => {
  const { status, bytes } = await download(`main.${format}`);
  expect(status).toBe(200);
  const wanted = await reference();
  // Python knows no zstd before 3.14.
  const tars = format === 'tar.zst' ? ['tar', 'bsdtar'] : ['tar', 'bsdtar', 'tarfile'];
  for (const unpacker of format === 'zip' ? ['unzip', 'bsdtar', 'zipfile'] : tars) {
    const unpacked = await unpack(bytes, format, unpacker);
    await runOk('diff', ['-r', '--no-dereference', wanted, unpacked]);
    expect(readFileSync(join(unpacked, 'weights.bin')).equals(weights)).toBe(true);
    expect(statSync(join(unpacked, 'run.sh')).mode & 0o111).toBe(0o111);
    expect(readdirSync(unpacked)).not.toContain('private.txt');
    expect(readFileSync(join(unpacked, 'version.txt'), 'utf8')).toMatch(/^[0-9a-f]{40}\n$/);
  }
});

describe('an archive that was made once', () => {
  const authorization = () => ({ authorization: `Bearer ${alice.token}` });
  /** Each address is another archive: it was not made before. */
  const once = async (address: string) => {
    const { bytes, headers } = await download(address);
    expect(headers.get('content-length')).toBeNull();
    return { bytes, etag: headers.get('etag') ?? '' };
  };

  it('comes with its length, its digest and any range of it', async () => {
    const address = 'main.zip?exclude_paths=run.sh';
    const { bytes, etag } = await once(address);
    const again = await download(address);
    expect(again.bytes.equals(bytes)).toBe(true);
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    expect(Object.fromEntries(again.headers)).toMatchObject({
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      'repr-digest': `sha-256=:${sha256}:`,
      etag,
    });
    const part = (headers: Record<string, string>) => download(address, { ...authorization(), ...headers });
    const tail = await part({ range: 'bytes=1000-', 'if-range': etag });
    expect([tail.status, tail.bytes.equals(bytes.subarray(1000))]).toEqual([206, true]);
    expect(tail.headers.get('content-range')).toBe(`bytes 1000-${bytes.length - 1}/${bytes.length}`);
    expect((await part({ range: 'bytes=-7' })).bytes.equals(bytes.subarray(-7))).toBe(true);
    const other = await part({ range: 'bytes=1000-', 'if-range': '"another"' });
    expect([other.status, other.bytes.length]).toEqual([200, bytes.length]);
    const behind = await part({ range: `bytes=${bytes.length}-` });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
    expect((await part({ 'if-none-match': `W/"x", ${etag}` })).status).toBe(304);
    expect((await part({ 'if-match': etag, range: 'bytes=0-1' })).status).toBe(206);
    for (const own of [address, 'main.tar.gz?exclude_paths=x']) {
      expect((await download(own, { ...authorization(), 'if-match': '"another"' })).status).toBe(412);
    }
    const head = await fetch(`${hub.url}/alice/data/-/archive/${address}`, {
      method: 'HEAD',
      headers: authorization(),
    });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
  });

  it('has a checksum that sha256sum reads, and has none before', async () => {
    const query = '?exclude_paths=link';
    expect((await download(`main.tar.gz.sha256${query}`)).status).toBe(404);
    const { bytes } = await once(`main.tar.gz${query}`);
    const sums = await download(`main.tar.gz.sha256${query}`);
    const cwd = workspace('sums');
    const [, name = ''] =
      /filename="([^"]+)"/.exec((await download(`main.tar.gz${query}`)).headers.get('content-disposition') ?? '') ?? [];
    writeFileSync(join(cwd, name), bytes);
    writeFileSync(join(cwd, 'sums'), sums.bytes);
    expect(await runOk('sha256sum', ['-c', 'sums'], { cwd })).toContain(`${name}: OK`);
    expect((await download(`main.tar.gz.sha256${query}`, {})).status).toBe(404);
  });

  it('is asked of whoever asks for it, in whole and in part, before anything else', async () => {
    const { etag } = await once('main.tar?exclude_paths=link');
    for (const headers of [{}, { authorization: `Bearer ${mallory.token}` }] as Record<string, string>[]) {
      for (const more of [{}, { 'if-none-match': etag }, { range: 'bytes=0-1' }] as Record<string, string>[])
        expect((await download('main.tar?exclude_paths=link', { ...headers, ...more })).status).toBe(404);
    }
  });

  it('is still there after a restart, and its file is in the object store alone', async () => {
    const address = 'main.tar.xz?exclude_paths=run.sh';
    const { bytes } = await once(address);
    const stored = () => readdirSync(join(hub.dataDir, 'objects/objects/archives'), { recursive: true });
    const spooled = () => readdirSync(join(hub.dataDir, 'archives'), { recursive: true });
    // The directory of the process itself.
    await eventually('every file has left the spool', () => spooled().length === 1);
    expect(stored().length).toBeGreaterThan(1);
    await hub.stop();
    expect(readdirSync(join(hub.dataDir, 'archives'))).toEqual([]);
    await hub.restart();
    const again = await download(address);
    expect(again.headers.get('content-length')).toBe(String(bytes.length));
    expect(again.bytes.equals(bytes)).toBe(true);
  });
});

describe('git archive --remote', () => {
  const REMOTE = (who: SshActor) => `--remote=${who.remote('alice/data')}`;
  const archive = async (who: SshActor, format: string, ...args: string[]) => {
    const cwd = workspace('remote');
    const output = join(cwd, 'out');
    const result = await who.git(['archive', REMOTE(who), `--format=${format}`, `--output=${output}`, ...args], {
      cwd,
    });
    return { ...result, bytes: existsSync(output) ? readFileSync(output) : Buffer.alloc(0) };
  };

  it('gives LFS content, in every format, as HTTP does', async () => {
    const key = await SshActor.create(alice);
    for (const format of FORMATS) {
      const { code, bytes } = await archive(key, format, '--prefix=top/', 'main');
      expect(code).toBe(0);
      await runOk('diff', ['-r', '--no-dereference', await reference(), await unpack(bytes, format)]);
    }
    const part = await archive(key, 'tar', 'feature/one', 'deep');
    expect(await unpack(part.bytes, 'tar')).toMatch(/deep$/);
    expect(await key.gitOk(['archive', REMOTE(key), '--list'])).toContain('tar.zst\n');
  });

  it('says what is wrong, and fails', async () => {
    const key = await SshActor.create(mallory);
    const stranger = await archive(key, 'tar', 'main');
    expect([stranger.code === 0, stranger.stderr]).toEqual([false, expect.stringContaining('Repository not found')]);
    const own = await SshActor.create(alice, { type: 'rsa' });
    for (const [args, text] of [
      [['rar', 'main'], 'tar.xz'],
      [['tar', 'nope'], 'no branch, tag or commit "nope"'],
      [['tar', 'main', 'absent'], 'no such path'],
      [['tar', '--mtime=now', 'main'], 'is not taken'],
      [['tar', '--prefix=/etc/', 'main'], 'prefix'],
    ] as [[string, ...string[]], string][]) {
      const result = await archive(own, ...args);
      expect([result.code === 0, result.stderr]).toEqual([false, expect.stringContaining(text)]);
    }
  });
});

it('gives the same bytes every time', async () => {
  const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const [one, two] = [await download('main.zip'), await download('main.zip')];
  expect(hash(one.bytes)).toBe(hash(two.bytes));
});

it('keeps the pointers on request, and names things as GitLab does', async () => {
  const { bytes, headers } = await download('main/data-main.zip?lfs=false');
  expect(headers.get('content-type')).toBe('application/zip');
  expect(headers.get('content-disposition')).toContain('filename="data-main.zip"');
  const unpacked = await unpack(bytes, 'zip');
  expect(unpacked).toMatch(/data-main$/);
  expect(readFileSync(join(unpacked, 'weights.bin'), 'utf8')).toContain('git-lfs.github.com/spec/v1');
});

it('takes refs with slashes, commit ids and a part of the tree', async () => {
  expect((await download('feature/one.zip')).status).toBe(200);
  const commit = (await alice.gitOk(['rev-parse', 'HEAD'], { cwd: tree })).trim();
  const byId = await download(`${commit}.zip`);
  expect(byId.headers.get('cache-control')).toContain('immutable');
  const part = await download('main.tar.gz?path=deep');
  expect(readdirSync(await unpack(part.bytes, 'tar.gz'))).toEqual(['deep']);
});

it('answers 304 to who has it, after asking who asks', async () => {
  const first = await download('main.zip');
  const etag = first.headers.get('etag') ?? '';
  const again = await download('main.zip', { authorization: `Bearer ${alice.token}`, 'if-none-match': etag });
  expect(again.status).toBe(304);
  expect((await download('main.zip', { 'if-none-match': etag })).status).toBe(404);
  const stranger = { authorization: `Bearer ${mallory.token}`, 'if-none-match': etag };
  expect((await download('main.zip', stranger)).status).toBe(404);
});

it.each([
  ['--output=x.zip', 400],
  ['nope.zip', 404],
  ['main.rar', 400],
  ['main.tar.lz', 400],
  ['main.zip?missing=maybe', 400],
  ['main.zip?lfs=maybe', 400],
  ['main.zip?path=/etc/passwd', 404],
  ['main.zip?path=a%00b', 400],
  ['main~1.zip', 400],
  ['main.zip.sha256?path=..', 400],
  ['main.zip?path=../', 400],
  ['main.zip?path=absent', 404],
  ['a%00b.zip', 400],
])('answers %s with a clear text', async (path, status) => {
  const answer = await download(path);
  expect(answer.status).toBe(status);
  expect(answer.bytes.length).toBeGreaterThan(10);
});

it('never lies: a missing object is told with its paths, and nothing is sent', async () => {
  // A commit whose pointer has no object can only come from outside the hub's own doors.
  await alice.createRepository('holes');
  const { body } = await alice.api<{ id: number }>('GET', '/api/v3/repos/alice/holes');
  const bare = hub.repositoryPath(body.id);
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'e'.repeat(64)}\nsize 9\n`;
  const cwd = join(workspace('holes'), 'tree');
  mkdirSync(cwd);
  const git = (...args: string[]) =>
    alice.gitOk(['-c', 'filter.lfs.required=false', '-c', 'filter.lfs.process=', '-c', 'filter.lfs.clean=', ...args], {
      cwd,
    });
  await git('init', '-q');
  writeFileSync(join(cwd, '.gitattributes'), '*.bin filter=lfs\n');
  writeFileSync(join(cwd, 'lost.bin'), pointer);
  await git('add', '-A');
  await git('commit', '-q', '-m', 'a hole');
  await git('push', '-q', bare, 'main');
  const authorization = `Bearer ${alice.token}`;
  const path = '/alice/holes/-/archive/main.zip';
  const answer = await callApi<string>(hub, { method: 'GET', path, authorization });
  expect(answer.status).toBe(409);
  expect(answer.body).toContain('lost.bin');
  expect((await callApi(hub, { method: 'GET', path: `${path}?lfs=false`, authorization })).status).toBe(200);
});

describe('an object of the store', () => {
  const content = randomBytes(3_000_000);
  let found: string | undefined;
  const file = () => (found ??= findFile());
  const findFile = () => {
    const oid = createHash('sha256').update(content).digest('hex');
    const folder = join(hub.dataDir, 'objects/objects/lfs', oid.slice(0, 2), oid.slice(2, 4));
    return join(folder, readdirSync(folder).find((name) => name.startsWith(oid)) ?? oid);
  };
  const get = (address: string) =>
    fetch(`${hub.url}/alice/loses/-/archive/${address}`, { headers: { authorization: `Bearer ${alice.token}` } });

  beforeAll(async () => {
    const cwd = join(workspace('loses'), 'tree');
    mkdirSync(cwd);
    const git = (...args: string[]) => alice.gitOk(args, { cwd });
    await git('init', '-q');
    await git('lfs', 'install', '--local');
    await git('lfs', 'track', '*.bin');
    writeFileSync(join(cwd, 'media.bin'), content);
    await git('add', '-A');
    await git('commit', '-q', '-m', 'media');
    await git('push', '-q', alice.remote('alice/loses'), 'main');
  });

  it.each(FORMATS)('that is another than it was breaks the connection in the middle of a %s', async (format) => {
    const answers: Response[] = [];
    writeFileSync(file(), randomBytes(content.length));
    try {
      answers.push(await get(`main.${format}`));
      expect(answers[0]?.status).toBe(200);
      await expect(answers[0]?.arrayBuffer()).rejects.toThrow('terminated');
      const curl = ['-s', '-o', '/dev/null', '-H', `authorization: Bearer ${alice.token}`];
      const { code } = await run('curl', [...curl, `${hub.url}/alice/loses/-/archive/main.${format}`]);
      // "The HTTP transfer was cut", as curl(1) says it.
      expect(code).toBe(18);
    } finally {
      writeFileSync(file(), content);
    }
    const whole = await get(`main.${format}`);
    // Nothing of the broken ones was kept.
    expect(whole.headers.get('content-length')).toBeNull();
    const unpacked = await unpack(Buffer.from(await whole.arrayBuffer()), format);
    expect(readFileSync(join(unpacked, 'media.bin')).equals(content)).toBe(true);
  });

  it('that is gone is told with its path before the first byte, and may stay a pointer', async () => {
    unlinkSync(file());
    // What was kept holds it still.
    expect((await get('main.zip')).status).toBe(200);
    for (const method of ['GET', 'HEAD']) {
      const address = `${hub.url}/alice/loses/-/archive/main.zip?exclude_paths=x`;
      const answer = await fetch(address, { method, headers: { authorization: `Bearer ${alice.token}` } });
      expect(answer.status).toBe(409);
      if (method === 'GET') expect(await answer.text()).toContain('media.bin');
    }
    const lenient = await get('main.zip?missing=pointer');
    expect([lenient.status, lenient.headers.get('x-missing-lfs-objects')]).toEqual([200, '1']);
    expect([lenient.headers.get('etag'), lenient.headers.get('cache-control')]).toEqual([null, 'no-store']);
    const unpacked = await unpack(Buffer.from(await lenient.arrayBuffer()), 'zip');
    expect(readFileSync(join(unpacked, 'media.bin'), 'utf8')).toContain('git-lfs.github.com/spec/v1');
    writeFileSync(file(), content);
    const later = await get('main.zip?missing=pointer');
    expect(later.headers.get('x-missing-lfs-objects')).toBeNull();
    expect(Buffer.from(await later.arrayBuffer()).includes(content)).toBe(true);
  });
});

it('holds nobody up for a client that does not read, and ends what a client that left had asked for', async () => {
  const cwd = join(workspace('large'), 'tree');
  mkdirSync(cwd);
  const git = (...args: string[]) => alice.gitOk(args, { cwd });
  await git('init', '-q');
  writeFileSync(join(cwd, 'noise'), randomBytes(48 * 1024 * 1024));
  await git('add', '-A');
  await git('commit', '-q', '-m', 'noise');
  await git('push', '-q', alice.remote('alice/large'), 'main');
  const address = '/alice/large/-/archive/main.tar';
  const socket = connect(hub.port, '127.0.0.1');
  socket.pause();
  socket.write(`GET ${address} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\n\r\n`);
  const get = () => fetch(hub.url + address, { headers: { authorization: `Bearer ${alice.token}` } });
  const whole = Buffer.from(await (await get()).arrayBuffer());
  expect(whole.length).toBeGreaterThan(48 * 1024 * 1024);
  expect((await get()).headers.get('content-length')).toBe(String(whole.length));

  const owner = new AbortController();
  const headers = { authorization: `Bearer ${alice.token}` };
  const left = await fetch(`${hub.url}/alice/large/-/archive/main.tar.xz`, { headers, signal: owner.signal });
  expect(left.status).toBe(200);
  owner.abort();
  await left.arrayBuffer().catch(() => undefined);
  const compressors = async () => (await run('pgrep', ['-P', String(hub.process.pid), '-x', 'xz'])).stdout;
  await eventually('nothing compresses any more', async () => (await compressors()) === '', 5_000);
  socket.destroy();
});
