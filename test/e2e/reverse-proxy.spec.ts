import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  eventually,
  freePort,
  killAll,
  processTree,
  run,
  runOk,
  startHub,
  workspace,
  type Actor,
  type Hub,
} from '../support';
import { atEnd } from '../support/cleanup';
import { adapt, blocksOf } from '../support/documented';

const PAGE = 'docs/reverse-proxy.md';
const MIB = 1024 ** 2;

interface Proxy {
  /** What the documented block becomes for this machine, and how it is run. */
  start(at: { directory: string; port: number; hubPort: number; certificate: string; key: string }): [string, string[]];
}

const nginx: Proxy = {
  start({ directory, port, hubPort, certificate, key }) {
    const [block = ''] = blocksOf(PAGE, 'nginx');
    const server = adapt(block, {
      'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
      '/etc/ssl/git.example.com.pem': certificate,
      '/etc/ssl/git.example.com.key': key,
      '127.0.0.1:3000': `127.0.0.1:${hubPort}`,
      'git.example.com': 'localhost',
    });
    const temporary = ['client_body', 'fastcgi', 'proxy', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${directory}/${name};`)
      .join('\n');
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    const config = join(directory, 'nginx.conf');
    writeFileSync(
      config,
      `${user}\ndaemon off;\npid ${directory}/pid;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${server}}\n`,
    );
    return ['nginx', ['-p', directory, '-e', join(directory, 'error.log'), '-c', config]];
  },
};

const caddy: Proxy = {
  start({ directory, port, hubPort, certificate, key }) {
    const [block = ''] = blocksOf(PAGE, 'caddyfile');
    const site = adapt(block, {
      'git.example.com {': `https://127.0.0.1:${port} {\n    tls ${certificate} ${key}`,
      '127.0.0.1:3000': `127.0.0.1:${hubPort}`,
    });
    const config = join(directory, 'Caddyfile');
    writeFileSync(config, `{\n    admin off\n    auto_https disable_redirects\n}\n${site}`);
    return ['caddy', ['run', '--config', config, '--adapter', 'caddyfile']];
  },
};

async function makeCertificate(directory: string) {
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost';
  const subject = ['-subj', '/CN=granary-test', '-addext', names, '-addext', 'basicConstraints=critical,CA:TRUE'];
  await runOk('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    certificate,
    ...subject,
  ]);
  return { key, certificate };
}

let hub: Hub;
let alice: Actor;
let certificate: string;
const proxies = new Map<string, string>();

function startProgram([command, args]: [string, string[]], home: string): void {
  const child = spawn(command, args, { env: { PATH: `${process.env.PATH}:/usr/sbin`, HOME: home }, stdio: 'ignore' });
  atEnd(() => killAll(processTree(child.pid ?? 0)));
}

beforeAll(async () => {
  const ports = { nginx: await freePort(), caddy: await freePort() };
  const base = `https://127.0.0.1:${ports.nginx}`;
  hub = await startHub({
    ssh: false,
    env: { GRANARY_BASE_URL: base, GRANARY_TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8,fd00::/8' },
  });
  alice = await hub.actor('alice');
  const made = await makeCertificate(workspace('tls'));
  certificate = made.certificate;
  for (const [name, proxy] of Object.entries({ nginx, caddy })) {
    const directory = workspace(name);
    const port = ports[name as keyof typeof ports];
    startProgram(proxy.start({ ...made, directory, port, hubPort: hub.port }), directory);
    proxies.set(name, `https://127.0.0.1:${port}`);
    await eventually(`${name} answering`, async () => (await curl(`https://127.0.0.1:${port}/health/live`)).code === 0);
  }
});

const curl = (...args: string[]) => run('curl', ['-s', '--fail-with-body', '--cacert', certificate, ...args]);
const addressOf = (name: string) => proxies.get(name) ?? '';
const withTls = (cwd: string) => ({ cwd, env: { ...alice.tokenForAnyAddress, GIT_SSL_CAINFO: certificate } });

it.each(['nginx', 'caddy'])('a push and a clone of large files go through %s as the page sets it up', async (name) => {
  const remote = `${addressOf(name)}/alice/through-${name}.git`;
  const cwd = workspace('tree');
  const [big, plain] = [randomBytes(5 * MIB), randomBytes(3 * MIB)];
  await alice.gitOk(['init', '-q', '-b', 'main'], { cwd });
  await alice.gitOk(['lfs', 'install', '--local'], { cwd });
  writeFileSync(join(cwd, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  writeFileSync(join(cwd, 'big.bin'), big);
  writeFileSync(join(cwd, 'plain.dat'), plain);
  await alice.gitOk(['add', '-A'], { cwd });
  await alice.gitOk(['commit', '-q', '-m', 'large files'], { cwd });
  expect(await alice.git(['push', remote, 'main'], withTls(cwd))).toMatchObject({ code: 0 });

  const copy = join(workspace('clone'), 'copy');
  expect(await alice.git(['clone', '-q', remote, copy], withTls('/'))).toMatchObject({ code: 0 });
  await alice.gitOk(['lfs', 'install', '--local'], { cwd: copy });
  expect(await alice.git(['lfs', 'pull'], withTls(copy))).toMatchObject({ code: 0 });
  expect(readFileSync(join(copy, 'big.bin')).equals(big)).toBe(true);
  expect(readFileSync(join(copy, 'plain.dat')).equals(plain)).toBe(true);
});

it('cookies are secure behind it, and the audit log has the address that nginx saw', async () => {
  const body = JSON.stringify({ login: alice.name, password: alice.password });
  const { stdout } = await curl(
    '-H',
    'X-Forwarded-For: 203.0.113.9',
    '--json',
    body,
    `${addressOf('nginx')}/api/web/session`,
  );
  expect(JSON.parse(stdout)).toMatchObject({ cookie_name: '__Host-granary_session', secure: true });
  // The client's own address is a proxy's here, so that what it claimed counts: from elsewhere it would not.
  expect(await addressOfLastSignIn()).toBe('203.0.113.9');
});

async function addressOfLastSignIn(): Promise<string | undefined> {
  const admin = Buffer.from(`${hub.admin.login}:${hub.admin.password}`).toString('base64');
  const entries = await fetch(`${hub.url}/api/v3/admin/audit?action=session.create`, {
    headers: { authorization: `Basic ${admin}` },
  });
  return ((await entries.json()) as { address: string }[])[0]?.address;
}

/** Straight to the hub: as the proxy where `from` is 127.0.0.1, and otherwise as somebody who is none. */
async function ask(
  path: string,
  more: { from: string; headers?: OutgoingHttpHeaders; method?: string; json?: object },
) {
  const { from: localAddress, headers, method = 'GET', json } = more;
  const asked = request(`${hub.url}${path}`, {
    ...{ localAddress, method },
    headers: { ...headers, ...(json ? { 'content-type': 'application/json' } : {}) },
  }).end(json && JSON.stringify(json));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

const signIn = (from: string, headers: OutgoingHttpHeaders = {}, password = alice.password) =>
  ask('/api/web/session', { from, headers, method: 'POST', json: { login: alice.name, password } });

const FORGED = {
  'X-Forwarded-For': '203.0.113.77',
  'X-Real-IP': '203.0.113.77',
  Forwarded: 'for=203.0.113.77;host=evil.example;proto=http',
  'X-Forwarded-Proto': 'http',
  'X-Forwarded-Host': 'evil.example',
  'X-Forwarded-Port': '81',
  'X-Forwarded-Prefix': '/evil.example',
  'X-Original-URL': '/evil.example',
  'True-Client-IP': '203.0.113.77',
  'CF-Connecting-IP': '203.0.113.77',
};

describe('headers that anybody can write', () => {
  it('say nothing of who asks, to the audit log and to limits', async () => {
    expect((await signIn('127.0.0.2', FORGED)).status).toBe(201);
    expect(await addressOfLastSignIn()).toBe('127.0.0.2');
    const guess = (n: number) => signIn('127.0.0.3', { ...FORGED, 'X-Forwarded-For': `203.0.113.${n}` }, 'wrong');
    const guesses = [];
    for (let n = 0; n < 6; n++) guesses.push((await guess(n)).status);
    expect(guesses).toEqual([401, 401, 401, 401, 401, 429]);
    // Nobody else waits for it, least of all whose address was named.
    expect((await signIn('127.0.0.1', { 'X-Forwarded-For': '203.0.113.0' })).status).toBe(201);
  });

  it.each(['127.0.0.2', '127.0.0.1'])('change no link, cookie or redirect, coming from %s', async (from) => {
    const path = 'alice/forged';
    await alice.createRepository(path.slice(6), { auto_init: true });
    const authorization = `Bearer ${alice.token}`;
    const objects = [{ oid: 'a'.repeat(64), size: 1 }];
    const lfs = { accept: 'application/vnd.git-lfs+json', 'content-type': 'application/vnd.git-lfs+json' };
    const answers = [
      await ask(`/api/v3/repos/${path}`, { from, headers: { ...FORGED, authorization } }),
      await ask(`/api/v3/user/repos?per_page=1`, { from, headers: { ...FORGED, authorization } }),
      await ask(`/${path}.git/info/lfs/objects/batch`, {
        ...{ from, method: 'POST', json: { operation: 'upload', transfers: ['basic'], objects } },
        headers: { ...FORGED, ...lfs, authorization },
      }),
      await ask(`/api/v3/repos/${path}/zipball`, { from, headers: { ...FORGED, authorization } }),
      await ask('/settings/profile', { from, headers: { ...FORGED, accept: 'text/html' } }),
      await ask('/login', { from, headers: { ...FORGED, accept: 'text/html' } }),
    ];
    expect(answers.map(({ status }) => Number(status) < 400)).toEqual(answers.map(() => true));
    for (const { headers, text: body } of answers) {
      expect(JSON.stringify(headers) + body).not.toMatch(/evil\.example|203\.0\.113\.77|http:\/\/(?!www\.w3\.org)/);
    }
    expect(JSON.parse(answers[0]?.text ?? '')).toMatchObject({ clone_url: `${addressOf('nginx')}/${path}.git` });
    expect(JSON.parse((await signIn(from, FORGED)).text)).toMatchObject({ secure: true });
    await alice.api('DELETE', `/api/v3/repos/${path}`);
  });

  it('count from a proxy that is trusted: the right-most address that is none of its own', async () => {
    for (const [claimed, address] of [
      ['203.0.113.77, 198.51.100.7, 10.1.2.3', '198.51.100.7'],
      [['203.0.113.77', '198.51.100.8:4711, 10.1.2.3:80'], '198.51.100.8'],
      ['203.0.113.77, [2001:DB8::0:7]:4711, fd00::1', '2001:db8::7'],
      ['198.51.100.9, not an address, 10.1.2.3', '10.1.2.3'],
      ['198.51.100.9,,', '127.0.0.1'],
    ] as const) {
      expect((await signIn('127.0.0.1', { ...FORGED, 'X-Forwarded-For': claimed as string })).status).toBe(201);
      expect([claimed, await addressOfLastSignIn()]).toEqual([claimed, address]);
    }
  });
});

it.each(['nginx', 'caddy'])('metrics stay closed behind %s', async (name) => {
  const { stdout } = await curl('-o', '/dev/null', '-w', '%{http_code}', `${addressOf(name)}/metrics`);
  expect(stdout).toBe('401');
});
