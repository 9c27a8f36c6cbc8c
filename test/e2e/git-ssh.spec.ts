import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allProcesses, basic, callApi, eventually, run, startHub, workspace, type Hub } from '../support';
import { SshActor } from '../support/ssh';

let hub: Hub;
let alice: SshActor;
let bob: SshActor;
let mallory: SshActor;

beforeAll(async () => {
  hub = await startHub();
  const actors = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
  [alice, bob, mallory] = (await Promise.all(actors.map((actor) => SshActor.create(actor)))) as [
    SshActor,
    SshActor,
    SshActor,
  ];
});

/** A work tree with one commit, its origin set to `path`. */
async function workTree(who: SshActor, path: string, files: Record<string, string> = { 'README.md': '# hello\n' }) {
  const cwd = join(workspace('tree'), 'tree');
  mkdirSync(cwd);
  await who.gitOk(['init', '-q'], { cwd });
  await commit(who, cwd, files);
  await who.gitOk(['remote', 'add', 'origin', who.remote(path)], { cwd });
  return cwd;
}

async function commit(who: SshActor, cwd: string, files: Record<string, string | Buffer>) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  await who.gitOk(['add', '-A'], { cwd });
  await who.gitOk(['commit', '-q', '-m', 'change'], { cwd });
}

async function pushed(path: string, files?: Record<string, string>) {
  const cwd = await workTree(alice, path, files);
  await alice.gitOk(['push', '-q', '-u', 'origin', 'main'], { cwd });
  return cwd;
}

const head = async (who: SshActor, cwd: string) => (await who.gitOk(['rev-parse', 'HEAD'], { cwd })).trim();

async function cloneOf(who: SshActor, path: string, ...options: string[]) {
  const cwd = workspace('clone');
  await who.gitOk(['clone', '-q', ...options, who.remote(path), 'clone'], { cwd });
  return join(cwd, 'clone');
}

describe('git', () => {
  it('creates a private repository by the first push, and clones it again', async () => {
    const cwd = await workTree(alice, 'alice/fresh');
    const first = await alice.git(['push', 'origin', 'main'], { cwd });
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toContain(`remote: See it at ${hub.url}/alice/fresh`);
    const { body } = await alice.actor.api('GET', '/api/v3/repos/alice/fresh');
    expect(body).toMatchObject({ private: true, empty: false, ssh_url: alice.remote('alice/fresh') });
    expect(await head(alice, await cloneOf(alice, 'alice/fresh'))).toBe(await head(alice, cwd));
    const audit = await callApi(hub, {
      method: 'GET',
      path: '/api/v3/admin/audit?action=repository.create&per_page=1',
      authorization: basic(hub.admin.login, hub.admin.password),
    });
    expect(audit.body).toMatchObject([
      { target: 'alice/fresh', actor: { login: 'alice' }, via: 'ssh', address: '127.0.0.1' },
    ]);
  });

  it("neither shows nor takes refs that are the hub's own", async () => {
    const cwd = await pushed('alice/own-refs');
    const { body } = await alice.actor.api<{ id: number }>('GET', '/api/v3/repos/alice/own-refs');
    const bare = hub.repositoryPath(body.id);
    const own = ['refs/granary/kept', 'refs/pull/1/head', 'refs/replace/aa'];
    for (const name of own) await run('git', ['-C', bare, 'update-ref', name, await head(alice, cwd)]);
    const seen = await alice.gitOk(['ls-remote', 'origin'], { cwd });
    expect(seen.match(/refs\/\S+/g)).toEqual(['refs/heads/main']);
    for (const name of own) {
      const taken = await alice.git(['push', 'origin', `main:${name}-2`], { cwd });
      const deleted = await alice.git(['push', 'origin', `:${name}`], { cwd });
      expect([taken.code, deleted.code]).toEqual([1, 1]);
    }
    const { stdout } = await run('git', ['-C', bare, 'for-each-ref', '--format=%(refname)']);
    expect(stdout.trim().split('\n')).toEqual(['refs/heads/main', ...own].sort());
  });

  it.each(['0', '1', '2'])('pushes, fetches and clones over protocol version %s', async (version) => {
    const path = `alice/v${version}`;
    const protocol = ['-c', `protocol.version=${version}`];
    const cwd = await workTree(alice, path);
    await alice.gitOk([...protocol, 'push', '-q', 'origin', 'main'], { cwd });
    const clone = await cloneOf(alice, path, ...protocol);
    await commit(alice, cwd, { 'second.txt': 'two\n' });
    await alice.gitOk([...protocol, 'push', '-q', 'origin', 'main', 'main:other'], { cwd });
    const trace = await alice.git([...protocol, 'fetch'], { cwd: clone, env: { GIT_TRACE_PACKET: '1' } });
    expect(trace.stderr).toContain('other');
    expect(/fetch< version 2/.test(trace.stderr)).toBe(version === '2');
    await alice.gitOk(['merge', '-q', '--ff-only', 'origin/main'], { cwd: clone });
    expect(readFileSync(join(clone, 'second.txt'), 'utf8')).toBe('two\n');
  });

  it('makes shallow and partial clones', async () => {
    const cwd = await pushed('alice/deep');
    await commit(alice, cwd, { 'second.txt': 'two\n' });
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    const shallow = await cloneOf(alice, 'alice/deep', '--depth=1');
    expect((await alice.gitOk(['rev-list', '--count', 'HEAD'], { cwd: shallow })).trim()).toBe('1');
    const partial = await cloneOf(alice, 'alice/deep', '--filter=blob:none', '--no-checkout');
    expect(await alice.gitOk(['rev-list', '--objects', '--missing=print', 'HEAD'], { cwd: partial })).toMatch(/^\?/m);
  });

  it('answers git archive --remote', async () => {
    const cwd = await pushed('alice/archived', { 'a.txt': 'in the archive\n' });
    const tar = await alice.gitOk(['archive', '--remote=origin', '--format=tar', 'main'], { cwd });
    expect(tar).toContain('in the archive');
    const refused = await mallory.git(['archive', `--remote=${mallory.remote('alice/archived')}`, 'main']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('granary: Repository not found');
  });

  it('goes on under a former name, and tells the new one', async () => {
    await pushed('alice/former');
    await alice.actor.api('PATCH', '/api/v3/repos/alice/former', { name: 'latter' });
    const { code, stderr } = await alice.git(['ls-remote', alice.remote('alice/former')]);
    expect(code).toBe(0);
    expect(stderr).toContain('granary: This repository is called alice/latter now.');
    expect(stderr).toContain(`git remote set-url origin ${alice.remote('alice/latter')}`);
  });

  it('leaves no git process when the client vanishes', async () => {
    const cwd = await workTree(alice, 'alice/big');
    await commit(alice, cwd, { noise: randomBytes(48 * 1024 * 1024) });
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    const { body } = await alice.actor.api<{ id: number }>('GET', '/api/v3/repos/alice/big');
    const serving = () =>
      allProcesses().filter(({ command }) => command.includes(hub.dataDir) && command.includes(`/${body.id}.git`));
    const port = String(hub.sshPort);
    const client = spawn('ssh', [...alice.options, '-p', port, 'git@127.0.0.1', "git-upload-pack '/alice/big.git'"], {
      env: alice.env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const want = `want ${await head(alice, cwd)} ofs-delta side-band-64k\n`;
    const pkt = (line: string) => (line.length + 4).toString(16).padStart(4, '0') + line;
    client.stdin?.write(`${pkt(want)}0000${pkt('done\n')}`);
    // Nobody reads: git is stopped in the middle of the pack.
    await eventually('git to serve', () => serving().some(({ command }) => command.includes('upload-pack')));
    client.kill('SIGKILL');
    await eventually('git to end', () => serving().length === 0);
    // A push that breaks off inside its pack.
    const pusher = spawn('ssh', [...alice.options, '-p', port, 'git@127.0.0.1', "git-receive-pack '/alice/big.git'"], {
      env: alice.env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    pusher.stdout?.resume();
    const create = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/half\0 report-status\n`;
    pusher.stdin?.write(`${pkt(create)}0000PACK\0\0\0\x02\0\0\0\x09`);
    // A blob of 1,000 bytes, of which nothing but zlib's header comes: git waits for the rest.
    pusher.stdin?.write(Buffer.from([0xb8, 0x3e, 0x78, 0x9c]));
    await eventually('git to receive', () => serving().some(({ command }) => command.includes('receive-pack')));
    pusher.kill('SIGKILL');
    await eventually('git to end', () => serving().length === 0);
    // Neither is worth more than a line, and none a stack.
    const lines = () => hub.process.output.split('\n').filter((line) => line.startsWith('{'));
    const told = () => lines().filter((line) => line.includes('a client left early'));
    await eventually('the log tells of it', () => told().length > 0);
    for (const line of told()) expect(JSON.parse(line)).toMatchObject({ level: 30, reason: expect.any(String) });
    const worse = lines().filter((line) => (JSON.parse(line) as { level: number }).level > 40);
    expect([worse, hub.process.output.match(/^ +at .*$/gm)]).toEqual([[], null]);
  });
});

describe('who comes in', () => {
  it('nobody with a key that is not registered', async () => {
    const stranger = await SshActor.create(mallory.actor, { register: false });
    const { code, stderr } = await stranger.ssh('git-upload-pack /alice/fresh.git');
    expect(code).toBe(255);
    expect(stderr).toContain('Permission denied (publickey)');
  });

  it('nobody as another user than git, and is told so', async () => {
    const { code, stderr } = await alice.ssh("git-upload-pack '/alice/fresh.git'", { user: 'alice' });
    expect(code).toBe(1);
    expect(stderr).toContain('granary: The user name for SSH is "git", not "alice".');
  });

  it('nobody with a key that was removed, not even over a connection that is still open', async () => {
    const own = await SshActor.create(bob.actor, { type: 'ecdsa' });
    const args = ['-o', `ControlPath=${join(workspace('control'), 's')}`];
    const master = [...args, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=30'];
    expect((await own.ssh('git-lfs-transfer', { args: master })).code).toBe(1);
    await bob.actor.api('DELETE', `/api/v3/user/keys/${own.keyId}`);
    const late = await own.ssh('git-lfs-transfer', { args });
    expect(late).toMatchObject({ code: 1, stderr: 'granary: This SSH key is not registered any more.\n' });
    await own.ssh(undefined, { args: [...args, '-O', 'exit'] });
    expect((await own.ssh('git-lfs-transfer')).code).toBe(255);
  });

  it('nobody by merely offering a registered key, which is not taken for used', async () => {
    const own = await SshActor.create(bob.actor, { type: 'rsa' });
    const lastUsed = async () => {
      const { body } = await bob.actor.api<{ id: number; last_used: string | null }[]>('GET', '/api/v3/user/keys');
      return body.find(({ id }) => id === own.keyId)?.last_used;
    };
    // The public half alone: the client offers it and cannot sign.
    const half = join(workspace('half'), 'key.pub');
    copyFileSync(`${own.keyPath}.pub`, half);
    const options = ['-F', 'none', '-v', '-i', half, ...own.options.slice(4)];
    const offer = await run('ssh', [...options, '-p', String(hub.sshPort), 'git@127.0.0.1'], {
      env: bob.actor.env,
    });
    expect(offer.code).toBe(255);
    expect(offer.stderr).toContain('Server accepts key');
    expect(await lastUsed()).toBeNull();
    expect((await own.ssh('git-lfs-transfer')).code).toBe(1);
    expect(await lastUsed()).not.toBeNull();
  });

  it('private and absent repositories read the same to those who may not see them', async () => {
    await pushed('alice/secret');
    const of = async (path: string) => {
      const { code, stderr } = await mallory.git(['ls-remote', mallory.remote(path)]);
      return { code, stderr: stderr.replaceAll(path, '<path>') };
    };
    const hidden = await of('alice/secret');
    expect(hidden.stderr).toContain('granary: Repository not found');
    expect(await of('alice/absent')).toEqual(hidden);
    expect(await of('nobody/absent')).toEqual(hidden);
    const push = await mallory.git(['push', mallory.remote('alice/secret'), 'HEAD:refs/heads/evil'], {
      cwd: await workTree(mallory, 'mallory/x'),
    });
    expect(push.stderr).toContain('granary: Repository not found');
  });

  it('readers read, and are told why they may not push', async () => {
    await pushed('alice/shared');
    await alice.actor.api('PUT', '/api/v3/repos/alice/shared/collaborators/bob', { permission: 'pull' });
    const clone = await cloneOf(bob, 'alice/shared');
    await commit(bob, clone, { 'bob.txt': 'bob\n' });
    const { code, stderr } = await bob.git(['push', 'origin', 'main'], { cwd: clone });
    expect(code).not.toBe(0);
    expect(stderr).toContain('granary: You need the role "write" in alice/shared; you have "read".');
    expect(stderr).toContain('granary: Ask an admin of the repository for it.');
  });
});

describe('what may be asked', () => {
  it('a shell greets and ends', async () => {
    const { code, stdout, stderr } = await alice.ssh(undefined, { args: ['-T'] });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('granary: Hi alice!');
  });

  it.each([
    'id',
    'git-upload-pack',
    "git-upload-pack '/alice/fresh.git' --strict",
    "git-upload-pack '/alice/fresh.git'; touch /tmp/evil",
    'git-upload-pack "$(id)"',
    "git-upload-pack '/../../etc/passwd'",
    "git -c core.sshCommand=id upload-pack '/alice/fresh.git'",
    "git-lfs-authenticate 'alice/fresh.git' delete",
    'scp -f /etc/passwd',
  ])('refuses %j with a text', async (command) => {
    const { code, stdout, stderr } = await alice.ssh(command);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^granary: /);
    expect(stderr).not.toContain('internal error');
  });

  it('takes no variable but GIT_PROTOCOL to git', async () => {
    const proof = join(workspace('env'), 'owned');
    const env = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'uploadpack.packObjectsHook',
      GIT_CONFIG_VALUE_0: `touch ${proof}`,
      GIT_CONFIG_PARAMETERS: `'uploadpack.packObjectsHook=touch ${proof}'`,
      GIT_PROTOCOL: 'version=2',
      GIT_TRACE: proof,
    };
    const args = ['-o', 'SendEnv=GIT_*'];
    const { stdout } = await alice.ssh("git-upload-pack '/alice/fresh.git'", { args, env });
    expect(stdout).toContain('version 2');
    const command = ['ssh', ...alice.options, ...args].map((word) => `'${word}'`).join(' ');
    await cloneOf(alice, 'alice/fresh', '-c', `core.sshCommand=${command}`);
    expect(existsSync(proof)).toBe(false);
  });
});

describe('Git LFS', () => {
  it('pushes and clones objects with the real client', async () => {
    const cwd = await workTree(alice, 'alice/large');
    const content = randomBytes(300_000);
    await alice.gitOk(['lfs', 'track', '*.bin'], { cwd });
    await commit(alice, cwd, { 'data.bin': content });
    const push = await alice.git(['push', 'origin', 'main'], { cwd });
    expect(push).toMatchObject({ code: 0 });
    const clone = await cloneOf(alice, 'alice/large');
    expect(readFileSync(join(clone, 'data.bin')).equals(content)).toBe(true);
    expect((await alice.gitOk(['cat-file', 'blob', 'HEAD:data.bin'], { cwd })).startsWith('version ')).toBe(true);
  });

  it('gets a credential for one operation in one repository', async () => {
    await pushed('alice/other');
    const { code, stdout } = await alice.ssh('git-lfs-authenticate alice/large.git download');
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as { href: string; header: { Authorization: string }; expires_in: number };
    expect(answer).toMatchObject({ href: `${hub.url}/alice/large.git/info/lfs`, expires_in: 7200 });
    const batch = async (href: string, operation: string) => {
      const response = await fetch(`${href}/objects/batch`, {
        method: 'POST',
        headers: { ...answer.header, 'Content-Type': 'application/vnd.git-lfs+json' },
        body: JSON.stringify({ operation, objects: [{ oid: 'a'.repeat(64), size: 1 }] }),
      });
      return response.status;
    };
    expect(await batch(answer.href, 'download')).toBe(200);
    expect(await batch(answer.href, 'upload')).toBe(403);
    expect(await batch(answer.href.replace('/large', '/other'), 'download')).toBe(404);
  });

  it('gives no credential to those who may not', async () => {
    const hidden = await mallory.ssh('git-lfs-authenticate alice/large.git download');
    expect(hidden).toMatchObject({ code: 1, stdout: '' });
    expect(hidden.stderr).toContain('granary: Repository not found');
    await alice.actor.api('PUT', '/api/v3/repos/alice/large/collaborators/bob', { permission: 'pull' });
    expect((await bob.ssh('git-lfs-authenticate alice/large.git download')).code).toBe(0);
    expect((await bob.ssh('git-lfs-authenticate alice/large.git upload')).code).toBe(1);
  });
});

it('ends what is under way and keeps its host key over a restart', async () => {
  expect(await hub.stop()).toBe(0);
  await hub.restart();
  const strict = { args: ['-o', 'StrictHostKeyChecking=yes'] };
  expect((await alice.ssh('git-lfs-transfer', strict)).code).toBe(1);
});
