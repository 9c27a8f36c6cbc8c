import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { MIB } from '@granary/kernel';
import { sshFingerprint } from '@granary/wire';
import { StallWatch } from '../flow/stall-watch';
import type { SshRequest } from './ssh-session';
import { SECURITY_KEY_TYPES, SecurityKey, startAgent } from './testing/security-key';
import { GIT_HOST, SshBench, type ClientKey } from './testing/open-ssh';

let bench: SshBench;
let ada: ClientKey;
let requests: SshRequest[];

const say = (stream: SshRequest['output'], words: string) =>
  new Promise<void>((resolve) => stream.write(words, () => resolve()));

/** Answers with what was asked, as git would with its exit status. */
async function answer(request: SshRequest): Promise<number> {
  requests.push(request);
  await say(request.output, `${request.login.userName} wants ${request.command}`);
  await say(request.errorOutput, 'and this is an error\n');
  return 7;
}

beforeAll(() => {
  bench = new SshBench();
  ada = bench.makeKey('ada', '-t', 'ed25519');
  bench.registered.add(ada.fingerprint);
});
beforeEach(() => (requests = []));
afterEach(async () => {
  await bench.stop();
  expect(bench.errors.splice(0)).toEqual([]);
});
afterAll(() => bench.remove());

describe('signing in', () => {
  it.each([['ed25519'], ['rsa', '-b', '3072'], ['ecdsa', '-b', '256'], ['ecdsa', '-b', '384'], ['ecdsa', '-b', '521']])(
    'works with a registered key of %s %s %s',
    async (...type) => {
      await bench.start(answer);
      const key = bench.makeKey(type.join(''), '-t', ...type);
      bench.registered.add(key.fingerprint);
      expect(await bench.ssh(key, [GIT_HOST, 'hello'])).toMatchObject({ code: 7, stderr: 'and this is an error\n' });
      expect(requests).toMatchObject([{ command: 'hello', login: { userName: 'git', fingerprint: key.fingerprint } }]);
    },
  );

  it.each(SECURITY_KEY_TYPES)('works with a security key of %s behind an agent', async (type) => {
    await bench.start(answer);
    const key = new SecurityKey(type);
    bench.registered.add(sshFingerprint(key.blob));
    const socketPath = join(bench.directory, `${type}.agent`);
    const agent = startAgent(socketPath, key);
    const result = await bench.ssh(null, ['-o', `IdentityAgent=${socketPath}`, GIT_HOST, 'hello']);
    expect(result.code).toBe(7);
    agent.close();
  });

  it('is refused without a registered key, and leaves no request', async () => {
    await bench.start(answer);
    const stranger = bench.makeKey('stranger', '-t', 'ed25519');
    const result = await bench.ssh(stranger, [GIT_HOST, 'hello']);
    expect(result).toMatchObject({ code: 255 });
    expect(result.stderr).toMatch(/Permission denied \(publickey\)/);
    expect((await bench.ssh(null, ['-o', 'PubkeyAuthentication=no', GIT_HOST, 'hello'])).code).toBe(255);
    expect(requests).toEqual([]);
  });

  it('is refused with RSA and SHA-1, whose key is fine otherwise', async () => {
    await bench.start(answer);
    const key = bench.makeKey('sha1', '-t', 'rsa', '-b', '3072');
    bench.registered.add(key.fingerprint);
    const sha1 = ['-o', 'PubkeyAcceptedAlgorithms=ssh-rsa'];
    expect((await bench.ssh(key, [...sha1, GIT_HOST, 'hello'])).code).toBe(255);
    expect((await bench.ssh(key, [GIT_HOST, 'hello'])).code).toBe(7);
  });

  it('ends after six tries', async () => {
    await bench.start(answer);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const others = names.flatMap((name) => ['-i', bench.makeKey(`try-${name}`, '-t', 'ed25519').path]);
    const result = await bench.ssh(null, [...others, '-i', ada.path, '-o', 'IdentityAgent=none', GIT_HOST, 'hello']);
    expect(result.code).toBe(255);
    expect(requests).toEqual([]);
    const five = others.slice(0, 10);
    expect((await bench.ssh(null, [...five, '-i', ada.path, '-o', 'IdentityAgent=none', GIT_HOST, 'hello'])).code).toBe(
      7,
    );
  });

  it('has to be done within the grace', async () => {
    await bench.start(answer, { limits: { loginGraceMs: 200 } });
    const socket = connect(bench.port, '127.0.0.1');
    socket.resume();
    await once(socket, 'close');
    expect((await bench.ssh(ada, [GIT_HOST, 'hello'])).code).toBe(7);
  });

  it('is refused with a text while too many others are at it', async () => {
    await bench.start(answer, { startups: { start: 1, rate: 1, full: 1, perBlock: 1 } });
    const first = connect(bench.port, '127.0.0.1');
    await once(first, 'data');
    expect(await text(connect(bench.port, '127.0.0.1'))).toMatch(/too many clients/);
    first.destroy();
    // The server learns of it a moment later.
    while ((await bench.ssh(ada, [GIT_HOST, 'hello'])).code !== 7) expect(requests).toEqual([]);
  });
});

describe('the server', () => {
  it('offers what is strong, and nothing else', async () => {
    await bench.start(answer);
    const { stderr } = await bench.ssh(ada, ['-vv', GIT_HOST, 'hello']);
    const offer = stderr.slice(stderr.indexOf('peer server KEXINIT proposal'));
    const offered = (what: string) => new RegExp(`${what}: (.*)`).exec(offer)?.[1]?.trim().split(',');
    expect(offered('KEX algorithms')).toEqual([
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'diffie-hellman-group16-sha512',
      'kex-strict-s-v00@openssh.com',
    ]);
    expect(offered('host key algorithms')).toEqual(['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256']);
    expect(offered('ciphers ctos')?.every((name) => /^aes\d+-(ctr|gcm@openssh.com)$/.test(name))).toBe(true);
    expect(offered('MACs stoc')).toEqual([
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
    ]);
    expect(offered('compression stoc')).toEqual(['none']);
  });

  it.each(['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'])('proves itself with %s', async (algorithm) => {
    await bench.start(answer);
    const chosen = ['-o', `HostKeyAlgorithms=${algorithm}`, '-o', 'UserKnownHostsFile=/dev/null'];
    expect((await bench.ssh(ada, [...chosen, GIT_HOST, 'hello'])).code).toBe(7);
  });

  it('keeps its keys over a restart, for nobody else to read', async () => {
    await bench.start(answer);
    await bench.ssh(ada, [GIT_HOST, 'hello']);
    await bench.stop();
    await bench.start(answer);
    const known = ['-o', 'StrictHostKeyChecking=yes', '-o', `HostKeyAlias=same`];
    await bench.ssh(ada, ['-o', `HostKeyAlias=same`, GIT_HOST, 'hello']);
    await bench.stop();
    await bench.start(answer);
    expect((await bench.ssh(ada, [...known, GIT_HOST, 'hello'])).code).toBe(7);
    const files = readdirSync(bench.hostKeysDir).filter((name) => name.endsWith('_key'));
    expect(files.sort()).toEqual(['ssh_host_ed25519_key', 'ssh_host_rsa_key']);
    for (const name of files) expect(statSync(join(bench.hostKeysDir, name)).mode & 0o777).toBe(0o600);
  });

  it.each(['aes128-gcm@openssh.com', 'aes256-ctr'])(
    'moves bytes both ways unharmed over new keys, with %s',
    async (cipher) => {
      const body = randomBytes(24 * MIB);
      await bench.start(
        async (request) => {
          await pipeline(request.input, request.output, { end: false });
          return 0;
        },
        { limits: { rekeyBytes: 2 * MIB } },
      );
      const result = await bench.ssh(ada, ['-v', '-o', 'RekeyLimit=5M', '-c', cipher, GIT_HOST, 'echo'], {
        input: body,
      });
      const exchanges = result.stderr.split('SSH2_MSG_KEXINIT received').length - 1;
      expect(result.code).toBe(0);
      expect(createHash('sha256').update(result.stdout).digest()).toEqual(createHash('sha256').update(body).digest());
      expect(exchanges).toBeGreaterThan(10);
    },
  );
});

describe('a session', () => {
  it('passes GIT_PROTOCOL on, and no other variable', async () => {
    await bench.start(answer);
    const env = { GIT_PROTOCOL: 'version=2:evil', GIT_CONFIG_COUNT: '1', LD_PRELOAD_X: 'x' };
    const send = ['-o', 'SendEnv=GIT_PROTOCOL GIT_CONFIG_COUNT LD_PRELOAD_X'];
    await bench.ssh(ada, [...send, GIT_HOST, 'hello'], { env });
    expect(requests).toMatchObject([{ protocol: 'version=2' }]);
    expect(JSON.stringify({ ...requests[0], input: 0, output: 0, errorOutput: 0 })).not.toContain('GIT_CONFIG');
  });

  it('hands a shell request over as no command', async () => {
    await bench.start(answer);
    expect((await bench.ssh(ada, ['-T', GIT_HOST])).code).toBe(7);
    expect(requests).toMatchObject([{ command: null }]);
  });

  it.each([
    ['subsystems', ['-s', GIT_HOST, 'sftp']],
    ['forwarding to other hosts', ['-W', '127.0.0.1:1', GIT_HOST]],
    ['listening for others', ['-N', '-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:1', GIT_HOST]],
  ])('refuses %s', async (_what, args) => {
    await bench.start(answer);
    expect((await bench.ssh(ada, args)).code).toBe(255);
    expect(requests).toEqual([]);
  });

  it('that is alone leaves a client that shares the connection to make another', async () => {
    let release = () => undefined as void;
    const released = new Promise<void>((resolve) => (release = resolve));
    await bench.start(async (request) => {
      if (request.command === 'alone') {
        request.beAlone();
        request.beAlone();
        await say(request.output, 'here');
        await released;
        return 0;
      }
      return answer(request);
    });
    const shared = ['-o', `ControlPath=${join(bench.directory, 'shared')}`];
    const master = ['-o', 'ControlMaster=yes', '-o', 'ControlPersist=30', ...shared];
    const alone = bench.spawn([...bench.options(ada.path), ...master, GIT_HOST, 'alone']);
    await once(alone.stdout as Readable, 'data');
    const beside = await bench.ssh(ada, [...shared, GIT_HOST, 'hello']);
    expect(beside).toMatchObject({ code: 7, stderr: expect.stringContaining('refused by peer') });
    release();
    await once(alone, 'exit');
    expect(await bench.ssh(ada, [...shared, GIT_HOST, 'hello'])).toMatchObject({ stderr: 'and this is an error\n' });
    await bench.ssh(ada, [...shared, '-O', 'exit', GIT_HOST]);
  });

  it('is ended when its client vanishes', async () => {
    let ended = false;
    await bench.start(async (request) => {
      requests.push(request);
      await once(request.signal, 'abort');
      ended = true;
      return 0;
    });
    const child = bench.spawn([...bench.options(ada.path), GIT_HOST, 'wait']);
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGKILL');
    await once(requests[0]?.signal as AbortSignal, 'abort');
    expect(ended).toBe(true);
  });

  it('is ended when nothing moves for too long', async () => {
    await bench.start(
      async (request) => {
        request.input.resume();
        await once(request.signal, 'abort');
        return 9;
      },
      { watch: new StallWatch({ policy: { graceMs: 20, leastBytesPerSecond: 500 } }) },
    );
    expect((await bench.ssh(ada, [GIT_HOST, 'wait'])).code).toBe(9);
  });

  it('may finish while the server stops, and no new one begins', async () => {
    let release = () => undefined as void;
    const released = new Promise<void>((resolve) => (release = resolve));
    await bench.start(async (request) => {
      requests.push(request);
      await released;
      await say(request.output, 'done');
      return 0;
    });
    const session = bench.ssh(ada, [GIT_HOST, 'wait']);
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const stopped = bench.drain(60_000);
    expect((await bench.ssh(ada, [GIT_HOST, 'late'])).code).toBe(255);
    release();
    expect(await session).toMatchObject({ code: 0, stdout: Buffer.from('done') });
    await stopped;
    expect(requests).toHaveLength(1);
  });

  it('holds the writer up while its client does not read', async () => {
    let written = 0;
    await bench.start(async (request) => {
      requests.push(request);
      const source = Readable.from(
        (function* () {
          for (let i = 0; i < 256; i++) {
            written += MIB;
            yield Buffer.alloc(MIB);
          }
        })(),
      );
      await pipeline(source, request.output).catch(() => undefined);
      return 0;
    });
    const child = bench.spawn([...bench.options(ada.path), GIT_HOST, 'flood']);
    await once(child.stdout as Readable, 'readable');
    let before = -1;
    while (written !== before) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(written).toBeLessThan(64 * MIB);
    child.kill('SIGKILL');
    await once(requests[0]?.signal as AbortSignal, 'abort');
  });
});
