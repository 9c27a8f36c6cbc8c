import { createHash, randomBytes } from 'node:crypto';
import { createGzip, gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { answerOf, gitAnswer, gitPost, pkt } from '../support/git-wire';

let hub: Hub;
let alice: Actor;
let bob: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob] = await Promise.all([hub.actor('alice'), hub.actor('bob')]);
});

async function pushed(path: string, files?: Record<string, string | Buffer>) {
  const tree = await WorkTree.create(alice, path, { files });
  await tree.ok('push', '-q', 'origin', 'main');
  return tree;
}

const LS_REFS = `${pkt('command=ls-refs\n')}${pkt('object-format=sha1')}0001${pkt('ref-prefix refs/heads/\n')}0000`;
/** A pack of no objects (gitformat-pack(5)). */
const EMPTY_PACK_HEADER = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
const EMPTY_PACK = Buffer.concat([EMPTY_PACK_HEADER, createHash('sha1').update(EMPTY_PACK_HEADER).digest()]);
const V2 = { 'git-protocol': 'version=2' };

describe('a request’s body', () => {
  beforeAll(() => pushed('alice/body'));
  const ask = (headers: Record<string, string>, body: string | Buffer) =>
    gitAnswer(alice, { service: 'git-upload-pack', path: 'alice/body', headers: { ...V2, ...headers } }, body);

  it.each(['gzip', 'x-gzip'])('may come as %s', async (encoding) => {
    const { status, body } = await ask({ 'content-encoding': encoding }, gzipSync(LS_REFS));
    expect(status).toBe(200);
    expect(body).toContain('refs/heads/main');
  });

  it('in another encoding is refused with 415', async () => {
    const { status, body } = await ask({ 'content-encoding': 'br' }, 'x');
    expect(status).toBe(415);
    expect(body).toContain('Only gzip');
  });

  it('that calls itself gzip and is not, is answered 400', async () => {
    expect(await ask({ 'content-encoding': 'gzip' }, LS_REFS)).toMatchObject({
      status: 400,
      body: expect.stringContaining('gzip'),
    });
  });

  it('is bounded by its inflated size, whatever it was on the way', async () => {
    const client = gitPost(alice, {
      service: 'git-upload-pack',
      path: 'alice/body',
      headers: { ...V2, 'content-encoding': 'gzip' },
    });
    const answer = answerOf(client);
    // A gigabyte of well-formed packets in a few megabytes: git would read on to the end.
    client.write(gzipSync(LS_REFS.slice(0, -4)));
    // Long ones, since their number is bounded too.
    const packet = Buffer.from(pkt(`ref-prefix refs/heads/${'a'.repeat(60_000)}\n`));
    const packets = Math.ceil(1024 ** 3 / packet.length);
    Readable.from(
      (function* () {
        for (let n = 0; n < packets; n++) yield packet;
      })(),
    )
      .pipe(createGzip({ level: 1 }))
      .pipe(client);
    const { status, body } = await answer;
    expect(status).toBe(413);
    expect(body).toContain('after decompression');
    client.destroy();
  });

  it('may wait for 100 Continue', async () => {
    const file = join(workspace('expect'), 'body');
    writeFileSync(file, LS_REFS);
    const { stdout, stderr } = await run('curl', [
      ...['-sv', '-H', 'Expect: 100-continue', '-H', 'Git-Protocol: version=2'],
      ...['-H', 'Content-Type: application/x-git-upload-pack-request', '-H', `Authorization: Bearer ${alice.token}`],
      ...['--data-binary', `@${file}`, `${alice.remote('alice/body')}/git-upload-pack`],
    ]);
    expect(stderr).toContain('HTTP/1.1 100 Continue');
    expect(stdout).toContain('refs/heads/main');
  });

  it('may come in chunks, as a push larger than http.postBuffer does', async () => {
    const noise = randomBytes(2 * 1024 * 1024);
    const tree = await WorkTree.create(alice, 'alice/chunks', { files: { noise } });
    const push = await alice.git(['-c', 'http.postBuffer=65536', 'push', 'origin', 'main'], {
      cwd: tree.cwd,
      env: { GIT_CURL_VERBOSE: '1', GIT_TRACE_CURL_NO_DATA: '1' },
    });
    expect(push.code).toBe(0);
    expect(push.stderr).toMatch(/Transfer-Encoding: chunked/i);
    const copy = await WorkTree.clone(alice, alice.remote('alice/chunks'));
    expect(await copy.tip('HEAD:noise')).toBe(await tree.tip('HEAD:noise'));
  });
});

describe('protocol versions', () => {
  it.each(['version=9', 'version=2 evil', '; id', 'version=', 'x'.repeat(5000)])(
    'take %j for version 0',
    async (protocol) => {
      const answer = await fetch(`${alice.remote('alice/body')}/info/refs?service=git-upload-pack`, {
        headers: { authorization: `Bearer ${alice.token}`, 'git-protocol': protocol },
      });
      expect(await answer.text()).toMatch(/^001e# service=git-upload-pack\n0000[0-9a-f]{44} HEAD\0/);
    },
  );

  it('answer caches that nothing is to be kept', async () => {
    const answer = await fetch(`${alice.remote('alice/body')}/info/refs?service=git-upload-pack`, {
      headers: { authorization: `Bearer ${alice.token}` },
    });
    expect(answer.headers.get('cache-control')).toBe('no-cache, max-age=0, must-revalidate');
    expect(answer.headers.get('pragma')).toBe('no-cache');
  });
});

describe('a part of a repository', () => {
  let tree: WorkTree;
  beforeAll(async () => {
    tree = await WorkTree.create(alice, 'alice/parts');
    for (let day = 1; day <= 9; day++) {
      const files = { small: `${day}\n`, large: `${day} ${'x'.repeat(20_000)}\n` };
      await tree.commit(files, `day ${day}`, `2024-01-0${day}T12:00:00Z`);
    }
    await tree.ok('push', '-q', 'origin', 'main');
  });
  const clone = (...options: string[]) => WorkTree.clone(alice, alice.remote('alice/parts'), ...options);
  const missing = async (of: WorkTree) =>
    (await of.ok('rev-list', '--objects', '--all', '--missing=print')).match(/^\?[0-9a-f]{40}$/gm)?.length ?? 0;

  it('by depth, deepened and made whole', async () => {
    const shallow = await clone('--depth=2');
    expect(await shallow.count()).toBe(2);
    await shallow.ok('fetch', '-q', '--deepen=3');
    expect(await shallow.count()).toBe(5);
    await shallow.ok('fetch', '-q', '--unshallow');
    expect(await shallow.count()).toBe(10);
  });

  it('by date and by what to leave out', async () => {
    // The first commit was made today, and its date is in no order with the others: the last nine count.
    expect(await (await clone('--shallow-since=2024-01-07T00:00:00Z')).count()).toBe(3);
    await tree.ok('push', '-q', 'origin', 'HEAD~4:refs/heads/old');
    expect(await (await clone('--single-branch', '--shallow-exclude=old')).count()).toBe(4);
  });

  it.each(['blob:none', 'blob:limit=1k', 'tree:0', 'combine:blob:none+tree:3'])('by %s', async (filter) => {
    const partial = await clone('--bare', `--filter=${filter}`);
    expect(await missing(partial)).toBeGreaterThan(5);
    // What is missing is fetched when somebody asks for it.
    expect(await partial.ok('show', 'main~2:large')).toContain('xxx');
  });

  it.each(['sparse:oid=main:small', 'object:type=commit'])('by %s is refused with a text', async (filter) => {
    const cwd = workspace('refused');
    const { code, stderr } = await alice.git(['clone', '--bare', `--filter=${filter}`, alice.remote('alice/parts')], {
      cwd,
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/filter '.*' not supported/);
  });

  it('pushes from a shallow clone', async () => {
    const shallow = await clone('--depth=1');
    const tip = await shallow.commit({ small: 'from the shallows\n' });
    await shallow.ok('push', '-q', 'origin', 'HEAD:refs/heads/shallow');
    expect(await tree.ok('ls-remote', 'origin', 'shallow')).toBe(`${tip}\trefs/heads/shallow`);
  });
});

describe('a push of several refs', () => {
  it('moves all of them or none when it is atomic', async () => {
    const tree = await pushed('alice/atomic');
    await tree.ok('push', '-q', 'origin', 'main:taken');
    const tip = await tree.commit({ a: 'a\n' });
    // A branch cannot lie below another one.
    const both = ['origin', 'main', 'main:refs/heads/taken/below'];
    const refused = await tree.git('push', '--atomic', ...both);
    expect(refused.code).not.toBe(0);
    expect(await tree.ok('ls-remote', 'origin')).not.toContain(tip);
    expect((await tree.git('push', ...both)).code).not.toBe(0);
    expect(await tree.ok('ls-remote', 'origin', 'main')).toContain(tip);
    expect(await tree.ok('ls-remote', 'origin')).not.toContain('taken/below');
  });

  it('refuses a stale lease and honours a right one', async () => {
    const tree = await pushed('alice/lease');
    await alice.api('PUT', '/api/v3/repos/alice/lease/collaborators/bob', { permission: 'write' });
    const seen = await tree.tip();
    const asBob = await WorkTree.clone(bob, bob.remote('alice/lease'));
    const theirs = await asBob.commit({ bob: 'bob\n' });
    await asBob.ok('push', '-q', 'origin', 'main');
    await tree.ok('commit', '-q', '--amend', '-m', 'rewritten');
    const stale = await tree.git('push', `--force-with-lease=main:${seen}`, 'origin', 'main');
    expect(stale.code).not.toBe(0);
    expect(stale.stderr).toContain('stale info');
    expect(await tree.ok('ls-remote', 'origin', 'main')).toContain(theirs);
    await tree.ok('push', '-q', `--force-with-lease=main:${theirs}`, 'origin', 'main');
    expect(await tree.ok('ls-remote', 'origin', 'main')).toContain(await tree.tip());
  });

  it('takes thousands of refs, lists them, and takes them away again', async () => {
    const tree = await pushed('alice/many');
    const tip = await tree.tip();
    const zero = '0'.repeat(40);
    // Not by `git push`, whose own work grows with the square of the refs.
    const push = async (from: string, to: string, pack: Buffer) => {
      const lines = Array.from({ length: 2000 }, (_, n) => `${from} ${to} refs/heads/topic/${n}`);
      const commands = lines.map((line, n) => pkt(n === 0 ? `${line}\0 report-status` : line)).join('');
      const service = 'git-receive-pack' as const;
      const { body } = await gitAnswer(
        alice,
        { service, path: 'alice/many' },
        Buffer.concat([Buffer.from(`${commands}0000`), pack]),
      );
      expect(body).toContain('unpack ok');
      expect(body.match(/ok refs\/heads\/topic/g)).toHaveLength(2000);
    };
    await push(zero, tip, EMPTY_PACK);
    const listed = await tree.ok('ls-remote', '--heads', 'origin');
    expect(listed.trim().split('\n')).toHaveLength(2001);
    const copy = await WorkTree.clone(alice, alice.remote('alice/many'), '--mirror');
    await push(tip, zero, Buffer.alloc(0));
    await copy.ok('fetch', '-q', '--prune', 'origin');
    expect(await copy.ok('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });
});

describe('an address without .git', () => {
  it('is pushed to, cloned and fetched from', async () => {
    const tree = await WorkTree.create(alice, 'alice/bare-address');
    await tree.ok('remote', 'set-url', 'origin', `${hub.url}/alice/bare-address`);
    await tree.ok('push', '-q', 'origin', 'main');
    const copy = await WorkTree.clone(alice, `${hub.url}/alice/bare-address`);
    const tip = await tree.commit({ b: 'b\n' });
    await tree.ok('push', '-q', 'origin', 'main');
    await copy.ok('pull', '-q');
    expect(await copy.tip()).toBe(tip);
  });
});

describe('a SHA-256 repository', () => {
  let tree: WorkTree;
  beforeAll(async () => {
    await alice.createRepository('modern', { object_format: 'sha256' });
    tree = await WorkTree.create(alice, 'alice/modern', { objectFormat: 'sha256' });
    await tree.ok('push', '-q', 'origin', 'main');
  });

  it.each(['0', '2'])('is pushed, cloned and fetched over version %s', async (version) => {
    const copy = await WorkTree.clone(alice, alice.remote('alice/modern'), '-c', `protocol.version=${version}`);
    expect(await copy.tip()).toBe(await tree.tip());
    expect(await copy.tip()).toMatch(/^[0-9a-f]{64}$/);
    const tip = await tree.commit({ more: `${version}\n` });
    await tree.ok('tag', '-a', '-m', version, `v${version}`);
    await tree.ok('-c', `protocol.version=${version}`, 'push', '-q', 'origin', 'main', `v${version}`);
    await copy.ok('pull', '-q', '--tags');
    expect(await copy.tip()).toBe(tip);
    await tree.ok('push', '-q', 'origin', `:v${version}`);
    expect(await tree.ok('ls-remote', '--tags', 'origin')).toBe('');
  });

  it('begins with a commit where that is asked for', async () => {
    await alice.createRepository('modern-init', { object_format: 'sha256', auto_init: true });
    expect(await (await WorkTree.clone(alice, alice.remote('alice/modern-init'))).tip()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is shown on its pages, told of by the API and archived', async () => {
    const get = (path: string) => fetch(hub.url + path, { headers: { authorization: `Bearer ${alice.token}` } });
    const tip = await tree.tip();
    const { body: branches } = await alice.api<{ commit: { sha: string } }[]>(
      'GET',
      '/api/v3/repos/alice/modern/branches',
    );
    expect(branches[0]?.commit.sha).toBe(tip);
    await alice.api('PATCH', '/api/v3/repos/alice/modern', { visibility: 'public' });
    for (const page of [
      '',
      '/-/tree/main',
      '/-/blob/main/README.md',
      '/-/commits/main',
      `/-/commit/${tip}`,
      '/-/branches',
    ]) {
      const answer = await get(`/alice/modern${page}`);
      expect([page, answer.status]).toEqual([page, 200]);
    }
    expect(await (await get(`/alice/modern/-/raw/${tip}/README.md`)).text()).toBe('# hello\n');
    const archive = await get('/alice/modern/-/archive/main.tar');
    expect(archive.status).toBe(200);
    expect(await archive.text()).toContain('# hello');
  });

  it('tells a SHA-1 client that the two do not fit', async () => {
    const old = await WorkTree.create(alice, 'alice/modern');
    const { code, stderr } = await old.git('push', 'origin', 'main:old');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/hash algorithm/);
    expect(await tree.ok('ls-remote', 'origin')).not.toContain('old');
  });
});

describe('more pushes at once than there is room for', () => {
  it('wait in a queue, and beyond that are told to come again', async () => {
    await pushed('alice/busy');
    const before = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/slow\0 report-status`;
    const hold = () => {
      const client = gitPost(alice, { service: 'git-receive-pack', path: 'alice/busy' });
      // The pack never comes.
      client.write(`${pkt(before)}0000`);
      return client;
    };
    // Five of a repository at once, twenty in its queue (libs/git-process/src/limits).
    const holders = Array.from({ length: 25 }, hold);
    try {
      // Arrival is not acceptance: ask until the place is taken.
      for (;;) {
        const { status, headers, body } = await gitAnswer(
          alice,
          { service: 'git-receive-pack', path: 'alice/busy' },
          '0000',
        );
        if (status === 200) continue;
        expect(status).toBe(503);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        expect(body).toContain('try again');
        break;
      }
    } finally {
      for (const holder of holders) holder.destroy();
    }
    const tree = await WorkTree.clone(alice, alice.remote('alice/busy'));
    await tree.commit({ c: 'c\n' });
    await tree.ok('push', '-q', 'origin', 'main');
  });
});
