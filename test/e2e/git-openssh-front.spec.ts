import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { allProcesses, eventually, freePort, run, startHub, workspace, type Hub } from '../support';
import { drivenClient } from '../support/git-clients';
import { ROOT } from '../support/hub-process';
import { SshActor, type SshDoor } from '../support/ssh';
import { accountForSshd, startSshd } from '../support/sshd';

const account = accountForSshd();
const GATE = join(ROOT, 'dist/apps/ssh-gate/src/main.js');

// An sshd that signs people in has to be root, and so has this test.
(account ? describe : describe.skip)('OpenSSH in front of the hub (needs root and an account with a shell)', () => {
  let hub: Hub;
  let door: SshDoor;
  let alice: SshActor;
  let mallory: SshActor;

  beforeAll(async () => {
    const port = await freePort();
    hub = await startHub({ ssh: false, env: { GRANARY_SSH_GATE: `${account}:${port}` } });
    // sshd wants a program that only root can change, on a path that only root can change: env(1) is one everywhere.
    const keysCommand = ['/usr/bin/env', process.execPath, GATE, 'keys', gatePath(), '%u', '%t', '%k'];
    door = { account: account as string, port };
    await startSshd({ port, keysCommand });
    const actors = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
    [alice, mallory] = (await Promise.all(actors.map((actor) => SshActor.create(actor, { door })))) as [
      SshActor,
      SshActor,
    ];
  });

  const gatePath = () => join(hub.dataDir, 'ssh/gate/gate.sock');

  async function workTree(who: SshActor, path: string, files: Record<string, string | Buffer>) {
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

  const head = async (cwd: string, what = 'HEAD') => (await alice.gitOk(['rev-parse', what], { cwd })).trim();

  async function clone(path: string) {
    const cwd = workspace('clone');
    await alice.gitOk(['clone', '-q', alice.remote(path), 'clone'], { cwd });
    return join(cwd, 'clone');
  }

  /** Git processes of the repository `alice/<name>`. */
  async function servingOf(name: string) {
    const { body } = await alice.actor.api<{ id: number }>('GET', `/api/v3/repos/alice/${name}`);
    return () =>
      allProcesses().filter(({ command }) => command.includes(hub.dataDir) && command.includes(`/${body.id}.git`));
  }

  describe('alice', () => {
    it('pushes, is told what the hub says, clones and fetches over protocol version 2', async () => {
      const cwd = await workTree(alice, 'alice/fresh', { 'README.md': '# hello\n' });
      const push = await alice.git(['push', '-u', 'origin', 'main'], { cwd });
      expect(push).toMatchObject({ code: 0 });
      expect(push.stderr).toContain(`remote: See it at ${hub.url}/alice/fresh`);
      const { body } = await alice.actor.api('GET', '/api/v3/repos/alice/fresh');
      expect(body).toMatchObject({ ssh_url: alice.remote('alice/fresh') });
      const copy = await clone('alice/fresh');
      await commit(alice, cwd, { 'second.txt': 'two\n' });
      await alice.gitOk(['push', '-q'], { cwd });
      const trace = await alice.git(['fetch'], { cwd: copy, env: { GIT_TRACE_PACKET: '1' } });
      expect(trace.stderr).toContain('fetch< version 2');
      expect(await head(copy, 'origin/main')).toBe(await head(cwd));
    });

    it('moves more than every buffer on the way holds, both ways, unharmed', async () => {
      const noise = randomBytes(32 * 1024 * 1024);
      const cwd = await workTree(alice, 'alice/big', { noise });
      await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
      const copy = await clone('alice/big');
      expect(readFileSync(join(copy, 'noise')).equals(noise)).toBe(true);
    });

    it('uses Git LFS', async () => {
      const cwd = await workTree(alice, 'alice/large', { 'README.md': '# large\n' });
      const content = randomBytes(300_000);
      await alice.gitOk(['lfs', 'track', '*.bin'], { cwd });
      await commit(alice, cwd, { 'data.bin': content });
      await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
      expect(readFileSync(join(await clone('alice/large'), 'data.bin')).equals(content)).toBe(true);
      expect((await alice.gitOk(['show', 'HEAD:data.bin'], { cwd })).startsWith('version ')).toBe(true);
    });

    it('uses libgit2', async () => {
      await alice.actor.createRepository('libgit2');
      const key = { key: alice.keyPath, account: door.account };
      const client = drivenClient(['/usr/bin/python3', 'libgit2.py'], alice.actor.env, key);
      const remote = { url: alice.remote('alice/libgit2') };
      const cwd = join(workspace('libgit2'), 'clone');
      expect(await client.clone(remote, cwd)).toBe('empty');
      const tip = await client.commit(cwd, 'a.txt', 'a\n');
      await client.push(remote, cwd, 'refs/heads/main:refs/heads/main');
      expect(await client.clone(remote, join(workspace('libgit2'), 'again'))).toBe(`main ${tip}`);
    });

    it('takes an archive', async () => {
      const tar = await alice.gitOk(['archive', `--remote=${alice.remote('alice/fresh')}`, '--format=tar', 'main']);
      expect(tar).toContain('README.md');
    });

    it('is greeted and told that there is no shell', async () => {
      const { code, stdout, stderr } = await alice.ssh(undefined, { args: ['-T'] });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('granary: Hi alice!');
    });

    it('is told when the policy refuses a push, as over the hub’s own door', async () => {
      const cwd = await workTree(alice, 'alice/fresh', { a: 'a' });
      const { code, stderr } = await alice.git(['push', 'origin', 'HEAD:refs/replace/x'], { cwd });
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/remote:.*refs\/replace/);
    });
  });

  describe('nobody is there any more', () => {
    const pkt = (line: string) => (line.length + 4).toString(16).padStart(4, '0') + line;

    function stalled(command: string): ChildProcess {
      const args = [...alice.options, '-p', String(door.port), `${door.account}@127.0.0.1`, command];
      return spawn('ssh', args, { env: alice.env, stdio: ['pipe', 'pipe', 'ignore'] });
    }

    it('when a clone’s client is killed: its git ends', async () => {
      const serving = await servingOf('big');
      const tip = (await alice.gitOk(['ls-remote', alice.remote('alice/big'), 'HEAD'])).slice(0, 40);
      const client = stalled("git-upload-pack '/alice/big.git'");
      client.stdin?.write(`${pkt(`want ${tip} ofs-delta side-band-64k\n`)}0000${pkt('done\n')}`);
      // Nobody reads: git is stopped in the middle of the pack.
      await eventually('git to serve', () => serving().some(({ command }) => command.includes('upload-pack')));
      client.kill('SIGKILL');
      await eventually('git to end', () => serving().length === 0);
    });

    it('when a push’s client is killed: its git ends and nothing of the push is kept', async () => {
      const serving = await servingOf('fresh');
      const before = await alice.gitOk(['ls-remote', alice.remote('alice/fresh')]);
      const client = stalled("git-receive-pack '/alice/fresh.git'");
      const line = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/half\0 report-status`;
      client.stdin?.write(`${pkt(line)}0000PACK\0\0\0\x02\0\0\0\x09`);
      const found = await eventually('git to serve', () =>
        serving().find(({ command }) => /receive-pack/.test(command)),
      );
      const objects = join(/\S+\.git$/.exec(found.command)?.[0] ?? '', 'objects');
      const quarantines = () => readdirSync(objects).filter((name) => name.startsWith('tmp_objdir'));
      await eventually('the quarantine', () => quarantines().length === 1);
      client.kill('SIGKILL');
      await eventually('git to end', () => serving().length === 0);
      expect(quarantines()).toEqual([]);
      expect(await alice.gitOk(['ls-remote', alice.remote('alice/fresh')])).toBe(before);
    });

    it('when the hub is away: a client is told so, and comes in again afterwards', async () => {
      await hub.kill();
      const away = await alice.ssh('git-lfs-transfer');
      // Without the hub nobody knows the key.
      expect(away).toMatchObject({ code: 255, stderr: expect.stringContaining('Permission denied') });
      await hub.restart();
      expect((await alice.ssh('git-lfs-transfer')).code).toBe(1);
    });
  });

  describe('the gate', () => {
    it('is open for the hub’s own account alone, until an administrator gives it a group', () => {
      const gate = statSync(gatePath());
      expect(gate.mode & 0o007).toBe(0);
      expect(statSync(join(hub.dataDir, 'ssh/gate')).mode & 0o777).toBe(0o700);
    });

    it('survives clients that speak nonsense', async () => {
      for (const bytes of ['GET / HTTP/1.1\r\n\r\n', 'K\xff\xff\xff\xff', 'R\0\0\0\x02{}', 'I\0\0\0\x01x']) {
        const socket = connect(gatePath());
        socket.on('error', () => undefined).resume();
        socket.write(Buffer.from(bytes, 'latin1'));
        await new Promise((resolve) => socket.once('close', resolve));
      }
      expect((await alice.ssh('git-lfs-transfer')).code).toBe(1);
    });
  });

  describe('an attacker', () => {
    it('bob, whose key nobody knows, does not come in', async () => {
      const bob = await SshActor.create(await hub.actor('bob'), { register: false, door });
      const { code, stderr } = await bob.ssh("git-upload-pack '/alice/fresh.git'");
      expect(code).toBe(255);
      expect(stderr).toContain('Permission denied (publickey)');
    });

    it('does not come in once the key was taken away', async () => {
      const late = await SshActor.create(mallory.actor, { type: 'ecdsa', door });
      expect((await late.ssh('git-lfs-transfer')).code).toBe(1);
      await mallory.actor.api('DELETE', `/api/v3/user/keys/${late.keyId}`);
      expect((await late.ssh('git-lfs-transfer')).code).toBe(255);
    });

    it('does not come in to another account of the machine', async () => {
      const other = account === 'root' ? 'nobody' : 'root';
      expect(await mallory.ssh('git-lfs-transfer', { user: other })).toMatchObject({
        code: 255,
        stderr: expect.stringContaining('Permission denied'),
      });
    });

    it.each(['id', "git-upload-pack 'a';id", 'git-upload-pack "$(id)"', '/bin/sh', 'scp -f /etc/passwd'])(
      'runs nothing by %j',
      async (command) => {
        const { code, stdout, stderr } = await mallory.ssh(command);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toMatch(/^granary: /);
      },
    );

    it('reads no repository of another', async () => {
      const hidden = await mallory.ssh("git-upload-pack '/alice/fresh.git'");
      expect(hidden).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Repository not found') });
    });

    it('forwards no port, gets no terminal and no SFTP', async () => {
      const through = await mallory.ssh(undefined, { args: ['-W', `127.0.0.1:${hub.port}`] });
      expect(through.code).not.toBe(0);
      expect(through.stdout).toBe('');
      const back = await mallory.ssh('git-lfs-transfer', {
        args: ['-o', 'ExitOnForwardFailure=yes', '-R', `127.0.0.1:${await freePort()}:127.0.0.1:1`],
      });
      expect(back.code).toBe(255);
      const terminal = await mallory.ssh('git-lfs-transfer', { args: ['-tt', '-o', 'LogLevel=INFO'] });
      expect(terminal.stderr).toContain('PTY allocation request failed');
      const sftp = await mallory.ssh('sftp', { args: ['-s'] });
      expect({ code: sftp.code, stdout: sftp.stdout }).toEqual({ code: 1, stdout: '' });
    });

    it('hands no variable to git', async () => {
      const proof = join(workspace('env'), 'owned');
      const env = {
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'uploadpack.packObjectsHook',
        GIT_CONFIG_VALUE_0: `touch ${proof}`,
        GIT_PROTOCOL: 'version=2; touch /tmp/x',
        NODE_OPTIONS: `--require=${proof}`,
        SSH_ORIGINAL_COMMAND: 'id',
      };
      const args = ['-o', 'SendEnv=GIT_* NODE_OPTIONS SSH_ORIGINAL_COMMAND'];
      const { code, stdout } = await alice.ssh("git-upload-pack '/alice/fresh.git'", { args, env });
      // Its protocol is no protocol, so that git speaks version 0, and hangs up when nobody answers.
      expect(code).not.toBe(0);
      expect(stdout).toMatch(/^[0-9a-f]{44} HEAD\0/);
      const command = ['ssh', ...alice.options, ...args].map((word) => `'${word}'`).join(' ');
      const cwd = workspace('clone');
      await run('git', ['clone', '-q', alice.remote('alice/fresh'), 'clone'], {
        cwd,
        env: { ...alice.env, ...env, GIT_CONFIG_COUNT: '0', GIT_SSH_COMMAND: command },
      });
      expect(existsSync(proof)).toBe(false);
    });
  });
});
