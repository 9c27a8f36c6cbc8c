import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PendingPush, RefCommand } from '../hooks/push-hooks';
import { quarantineEnvironment } from '../hooks/quarantine';
import { runGit } from '../process/run-git';
import { listRefs } from '../repository/refs';
import { clientGit, createFixture, mustGit, type Fixture } from '../testing/fixture';
import { commitNoise, createProject, leftovers, until } from '../testing/project';
import type { ObjectFormat } from '../repository/repository';
import { ACCEPT_ALL, startHttpHub, type HttpHub } from '../testing/http-hub';

let fixture: Fixture;
let hub: HttpHub;

beforeAll(async () => {
  fixture = await createFixture();
  hub = await startHttpHub(fixture);
});
afterAll(async () => {
  await hub.close();
  await fixture.remove();
});
beforeEach(() => {
  hub.hooks = ACCEPT_ALL;
  hub.protocols.length = 0;
});

const project = (files: string[], objectFormat?: ObjectFormat) =>
  createProject(fixture, hub.url, { files, objectFormat });

async function refsOf(path: string): Promise<string[]> {
  return (await listRefs(fixture.home, path)).map(({ name }) => name);
}

describe('clone and push', () => {
  it.each(['0', '1', '2'])('work with protocol version %s', async (version) => {
    const { work, url, name, path } = await project(['a', 'b']);
    const versioned = ['-c', `protocol.version=${version}`];
    await mustGit(work, ...versioned, 'push', '--quiet', 'origin', 'main');
    await mustGit(fixture.directory, ...versioned, 'clone', '--quiet', url, `clone-${name}`);
    const clone = join(fixture.directory, `clone-${name}`);
    expect(await mustGit(clone, 'rev-parse', 'HEAD')).toBe(await mustGit(work, 'rev-parse', 'HEAD'));
    expect(hub.protocols.at(-1)).toBe(version === '0' ? undefined : `version=${version}`);
    expect((await runGit(fixture.home, { repositoryPath: path, args: ['fsck', '--full', '--strict'] })).stderr).toBe(
      '',
    );
  });

  it('work in a SHA-256 repository', async () => {
    const { work, url, name } = await project(['a'], 'sha256');
    await mustGit(work, 'push', '--quiet', 'origin', 'main');
    await mustGit(fixture.directory, 'clone', '--quiet', url, `clone-${name}`);
    expect(await mustGit(join(fixture.directory, `clone-${name}`), 'rev-parse', 'HEAD')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('serve a shallow clone, and deepen it', async () => {
    const { work, url, name } = await project(['a', 'b', 'c']);
    await mustGit(work, 'push', '--quiet', 'origin', 'main');
    await mustGit(fixture.directory, 'clone', '--quiet', '--depth=1', url, `clone-${name}`);
    const clone = join(fixture.directory, `clone-${name}`);
    expect(await mustGit(clone, 'rev-list', '--count', 'HEAD')).toBe('1');
    await mustGit(clone, 'fetch', '--quiet', '--deepen=1');
    expect(await mustGit(clone, 'rev-list', '--count', 'HEAD')).toBe('2');
  });

  it.each([
    ['2', 'blob:none'],
    ['0', 'blob:none'],
    ['2', 'blob:limit=4'],
    ['2', 'tree:0'],
  ])('serve a partial clone (version %s, %s) and its lazy fetches', async (version, filter) => {
    const { work, url, name } = await project(['a', 'b']);
    await mustGit(work, 'push', '--quiet', 'origin', 'main');
    const args = [
      '-c',
      `protocol.version=${version}`,
      'clone',
      '--quiet',
      '--no-checkout',
      `--filter=${filter}`,
      url,
      `clone-${name}`,
    ];
    await mustGit(fixture.directory, ...args);
    const clone = join(fixture.directory, `clone-${name}`);
    const missing = await mustGit(clone, 'rev-list', '--objects', '--missing=print', 'HEAD');
    expect(missing).toMatch(/^\?/m);
    expect(await mustGit(clone, '-c', `protocol.version=${version}`, 'show', 'HEAD:a')).toBe('content of a');
  });

  it('refuse a filter that costs too much', async () => {
    const { work, url } = await project(['a']);
    await mustGit(work, 'push', '--quiet', 'origin', 'main');
    const result = await clientGit(fixture.directory, ['clone', '--filter=sparse:oid=HEAD:a', url, 'never']);
    expect(result.exitCode).not.toBe(0);
    expect(result.stderr).toContain("filter 'sparse:oid' not supported");
  });

  it('push atomically: one refused ref refuses all', async () => {
    const { work, path } = await project(['a', 'b']);
    await mustGit(work, 'push', '--quiet', 'origin', 'main');
    await runGit(fixture.home, { repositoryPath: path, args: ['config', 'receive.denyNonFastForwards', 'true'] });
    await mustGit(work, 'branch', 'fine');
    const args = ['push', '--atomic', '--force', 'origin', 'HEAD~1:refs/heads/main', 'fine'];
    expect((await clientGit(work, args)).stderr).toContain('atomic push failure');
    expect(await refsOf(path)).toEqual(['refs/heads/main']);
    expect(
      (
        await clientGit(
          work,
          args.filter((arg) => arg !== '--atomic'),
        )
      ).exitCode,
    ).toBe(1);
    expect(await refsOf(path)).toEqual(['refs/heads/fine', 'refs/heads/main']);
  });

  it('keep a pushed commit as a pack, not as loose objects', async () => {
    const { work, path } = await project(['a']);
    await mustGit(work, 'push', '--quiet', 'origin', 'main');
    expect((await readdir(join(path, 'objects'))).sort()).toEqual(['info', 'pack']);
  });

  it('take 3,000 refs in one push, each seen by the hooks', async () => {
    const { work, path } = await project(['a']);
    const head = await mustGit(work, 'rev-parse', 'HEAD');
    const stdin = Array.from({ length: 3000 }, (_, index) => `create refs/heads/topic/${index} ${head}\n`).join('');
    await runGit(fixture.home, { repositoryPath: join(work, '.git'), args: ['update-ref', '--stdin'], stdin });
    const seen: RefCommand[][] = [];
    hub.hooks = {
      preReceive: ({ commands }) => Promise.resolve({ accept: seen.push(commands) > 0, messages: [] }),
      postReceive: ({ commands }) => Promise.resolve({ messages: [`${seen.push(commands)}`] }),
    };
    await mustGit(work, 'push', '--quiet', 'origin', 'refs/heads/topic/*');
    expect(await refsOf(path)).toHaveLength(3000);
    expect(seen.map((commands) => commands.length)).toEqual([3000, 3000]);
    expect(seen[0]).toContainEqual({ oldOid: '0'.repeat(40), newOid: head, ref: 'refs/heads/topic/2999' });
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe('the hooks of a push', () => {
  it('see every command, and the new objects only in the quarantine', async () => {
    const { work, path } = await project(['a']);
    const head = await mustGit(work, 'rev-parse', 'HEAD');
    const pushes: PendingPush[] = [];
    const lists: string[][] = [];
    const rev = ['rev-list', '--objects', '--no-object-names', head, '--not', '--all'];
    hub.hooks = {
      preReceive: async (push) => {
        pushes.push(push);
        const env = quarantineEnvironment(push.quarantine);
        const inside = await runGit(fixture.home, { repositoryPath: path, args: rev, env });
        const outside = await runGit(fixture.home, { repositoryPath: path, args: rev, acceptExitCodes: [0, 128] });
        lists.push(inside.stdout.toString().trim().split('\n'));
        expect(outside.exitCode).toBe(128);
        return { accept: true, messages: [] };
      },
      postReceive: () => Promise.resolve({ messages: [] }),
    };
    await mustGit(work, 'push', '--quiet', 'origin', 'main');
    expect(pushes[0]?.commands).toEqual([{ oldOid: '0'.repeat(40), newOid: head, ref: 'refs/heads/main' }]);
    expect(pushes[0]?.quarantine.objectDirectory).toContain('tmp_objdir-incoming-');
    expect(lists[0]).toHaveLength(3);
    // The hub hears of git's end after the client has its answer.
    await until(() => pushes[0]?.signal.aborted === true);
  });

  it('work for a push that only deletes', async () => {
    const { work, path } = await project(['a']);
    await mustGit(work, 'push', '--quiet', 'origin', 'main', 'main:refs/heads/old');
    const seen: PendingPush[] = [];
    hub.hooks = { ...ACCEPT_ALL, preReceive: (push) => Promise.resolve({ accept: seen.push(push) > 0, messages: [] }) };
    await mustGit(work, 'push', '--quiet', 'origin', ':refs/heads/old');
    expect(seen[0]?.commands).toMatchObject([{ newOid: '0'.repeat(40), ref: 'refs/heads/old' }]);
    expect(seen[0]?.quarantine).toEqual({ objectDirectory: '', alternates: '' });
    expect(await refsOf(path)).toEqual(['refs/heads/main']);
  });

  it('refuse with a text that reaches the user behind "remote:", harmless to a terminal', async () => {
    const { work, path } = await project(['a']);
    const messages = [
      'The branch main is protected.\nPush to another branch: Ärger \\n %s $(id) `id`',
      '\u001b[31mred\u0085',
    ];
    hub.hooks = { ...ACCEPT_ALL, preReceive: () => Promise.resolve({ accept: false, messages }) };
    const { exitCode, stderr } = await clientGit(work, ['push', 'origin', 'main']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^remote: The branch main is protected\. *$/m);
    expect(stderr).toMatch(/^remote: Push to another branch: Ärger \\n %s \$\(id\) `id` *$/m);
    expect(stderr).toMatch(/^remote: \ufffd\[31mred\ufffd *$/m);
    expect(stderr).toContain('! [remote rejected] main -> main (pre-receive hook declined)');
    expect(await refsOf(path)).toEqual([]);
    expect(await leftovers(path)).toEqual([]);
  });

  it('greet the user after the push', async () => {
    const { work } = await project(['a']);
    hub.hooks = {
      ...ACCEPT_ALL,
      postReceive: ({ commands }) => Promise.resolve({ messages: [`moved ${commands[0]?.ref}`] }),
    };
    expect((await clientGit(work, ['push', 'origin', 'main'])).stderr).toMatch(/^remote: moved refs\/heads\/main *$/m);
  });

  it('refuse with the request id when the hub fails, and tell the hub what it threw', async () => {
    const { work, path } = await project(['a']);
    const failure = new Error('password=hunter2');
    const errors: unknown[] = [];
    hub.hooks = {
      ...ACCEPT_ALL,
      requestId: 'req-17',
      onError: (error) => errors.push(error),
      preReceive: () => Promise.reject(failure),
    };
    const { stderr } = await clientGit(work, ['push', 'origin', 'main']);
    expect(stderr).toMatch(/^remote: internal error \(request req-17\) *$/m);
    expect(stderr).not.toContain('hunter2');
    expect(errors).toEqual([failure]);
    expect(await refsOf(path)).toEqual([]);
  });

  it('keep the push when the hub fails only afterwards', async () => {
    const { work, path } = await project(['a']);
    hub.hooks = { ...ACCEPT_ALL, postReceive: () => Promise.reject(new Error('the database is down')) };
    const { stderr, exitCode } = await clientGit(work, ['push', 'origin', 'main']);
    expect(stderr).toMatch(/^remote: internal error *$/m);
    expect(exitCode).toBe(0);
    expect(await refsOf(path)).toEqual(['refs/heads/main']);
  });

  it('refuse a push to a receive-pack that no hub listens to', async () => {
    const { work, path } = await project(['a']);
    const upload = `--receive-pack=env GIT_CONFIG_GLOBAL=${fixture.home.configPath} git-receive-pack`;
    const { stderr, exitCode } = await clientGit(work, ['push', upload, path, 'main']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('internal error: the hub did not answer');
    expect(await refsOf(path)).toEqual([]);
  });

  it('refuse by itself a ref whose name is not UTF-8, which a policy could take for another', async () => {
    const { work, path } = await project(['a']);
    const head = await mustGit(work, 'rev-parse', 'HEAD');
    const stdin = Buffer.from(`create refs/heads/m\xe9 ${head}\n`, 'latin1');
    await runGit(fixture.home, { repositoryPath: join(work, '.git'), args: ['update-ref', '--stdin'], stdin });
    const { stderr } = await clientGit(work, ['push', 'origin', 'refs/heads/m*']);
    expect(stderr).toMatch(/\[remote rejected\].*\(its name is not in UTF-8, or holds control characters\)/);
    expect(await refsOf(path)).toEqual([expect.stringContaining('refs/heads/main')]);
  });
});

describe('what no user may see or do', () => {
  it.each(['refs/replace/', 'refs/pull/1/', 'refs/granary/'])(
    '%s is neither advertised nor accepted',
    async (prefix) => {
      const { work, path } = await project(['a', 'b']);
      await mustGit(work, 'push', '--quiet', 'origin', 'main');
      const [head, parent] = (await mustGit(work, 'rev-parse', 'HEAD', 'HEAD~1')).split('\n') as [string, string];
      await runGit(fixture.home, { repositoryPath: path, args: ['update-ref', `${prefix}${head}`, parent] });
      expect(await mustGit(work, 'ls-remote', 'origin')).not.toContain(prefix);
      expect(await mustGit(work, '-c', 'protocol.version=0', 'ls-remote', 'origin')).not.toContain(prefix);
      const { stderr } = await clientGit(work, ['push', 'origin', `${parent}:${prefix}${parent}`]);
      expect(stderr).toContain('deny updating a hidden ref');
    },
  );

  it('a replacement changes nothing that git serves', async () => {
    const { work, path, url, name } = await project(['a', 'b']);
    await mustGit(work, 'push', '--quiet', 'origin', 'main');
    const [head, parent] = (await mustGit(work, 'rev-parse', 'HEAD', 'HEAD~1')).split('\n') as [string, string];
    await runGit(fixture.home, { repositoryPath: path, args: ['update-ref', `refs/replace/${head}`, parent] });
    await mustGit(fixture.directory, 'clone', '--quiet', url, `clone-${name}`);
    expect(await mustGit(join(fixture.directory, `clone-${name}`), 'rev-list', '--count', 'HEAD')).toBe('2');
    const { stdout } = await runGit(fixture.home, { repositoryPath: path, args: ['rev-list', '--count', 'main'] });
    expect(stdout.toString().trim()).toBe('2');
  });

  it('a broken object is refused, with the reason', async () => {
    const { work, path } = await project([]);
    const { stdout: blob } = await runGit(fixture.home, {
      repositoryPath: join(work, '.git'),
      args: ['hash-object', '-w', '--stdin'],
      stdin: 'x',
    });
    const stdin = Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(blob.toString().trim(), 'hex')]);
    const { stdout } = await runGit(fixture.home, {
      repositoryPath: join(work, '.git'),
      args: ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'],
      stdin,
    });
    const head = await mustGit(work, 'commit-tree', '-m', 'evil', stdout.toString().trim());
    const { stderr } = await clientGit(work, ['push', 'origin', `${head}:refs/heads/main`]);
    expect(stderr).toContain('hasDotgit');
    expect(await refsOf(path)).toEqual([]);
    expect(await leftovers(path)).toEqual([]);
  });

  it('a pack that is too big is refused while the client still sends, and the client hears why', async () => {
    const { work, path } = await project([]);
    await runGit(fixture.home, { repositoryPath: path, args: ['config', 'receive.maxInputSize', '64k'] });
    await commitNoise(work, 8 * 1024 * 1024);
    const { stderr, exitCode } = await clientGit(work, ['push', 'origin', 'main']);
    expect(stderr).toMatch(/^remote: This push holds more than 2 GiB outside Git LFS/m);
    expect(stderr).toContain('git lfs migrate import');
    expect(stderr).not.toContain('fatal: pack exceeds');
    expect(stderr).toMatch(/\[remote rejected\] main -> main \(the push is larger than 2 GiB\)/);
    expect(exitCode).not.toBe(0);
    expect(await leftovers(path)).toEqual([]);
    await mustGit(work, 'ls-remote', 'origin');
  });
});
