import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, runOk } from '../../support';
import { requestsPerSecond, type LoadRequest } from '../http-load';
import { interleave, secondsOf } from '../interleave';
import { cpuSeconds } from '../process-usage';
import type { Row } from '../report';
import type { Size } from './generate';
import { cloneRequest, lsRefsRequest, REQUEST_HEADERS, V2_HEADERS } from './protocol';
import { REF_COUNT, type Pair, type World } from './world';

const AT_ONCE = 16;
const CONNECTIONS = 8;
const NGINX = 'git http-backend behind nginx';
const TIMEOUT_MS = 600_000;

/** A distinct repository for each run of what is to be met for the first time. */
export interface Measured {
  size: Size;
  fresh: Pair[];
}

const pairOf = (fresh: readonly Pair[], run: number): Pair => {
  const pair = fresh[run % fresh.length];
  if (!pair) throw new Error('no repository to measure with');
  return pair;
};

/** `git clone --bare`, into a directory that is removed again. */
async function clone(world: World, url: string, env: NodeJS.ProcessEnv): Promise<{ wall: number }> {
  const parent = mkdtempSync(join(world.directory, 'clone-'));
  try {
    const args = ['clone', '--bare', '-q', url, join(parent, 'clone.git')];
    return { wall: await secondsOf(() => runOk('git', args, { env, timeoutMs: TIMEOUT_MS })) };
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

export async function cloneOverHttp(world: World, { size, fresh }: Measured): Promise<Row> {
  const { env } = world.alice;
  const { wall } = await interleave(world.runs, {
    hub: (run) => clone(world, pairOf(fresh, run).hubUrl, env),
    peer: (run) => clone(world, pairOf(fresh, run).peerUrl, env),
  });
  return { what: 'full clone over HTTP, first', size, unit: 's', ...wall, beside: NGINX, target: '≤ 1.00' };
}

export async function cloneOverSsh(world: World, { size, fresh }: Measured): Promise<Row> {
  const { alice, ssh, sshd } = world;
  const { wall } = await interleave(world.runs, {
    hub: (run) => clone(world, ssh.remote(pairOf(fresh, run).path), ssh.env),
    peer: (run) => clone(world, sshd.url(pairOf(fresh, run).peerPath), { ...alice.env, GIT_SSH_COMMAND: sshd.command }),
  });
  return { what: 'full clone over SSH', size, unit: 's', ...wall, beside: 'OpenSSH sshd', target: '≤ 1.10' };
}

/** The clone's request in a file for curl. */
function requestFile(world: World, pair: Pair): string {
  const path = join(world.directory, 'clone-request');
  writeFileSync(path, cloneRequest(pair.tips));
  return path;
}

/** Sends the request with curl and throws the answer away. @throws Error when it is not the whole pack. */
async function replay(url: string, pair: Pair, body: string): Promise<void> {
  const headers = Object.entries(REQUEST_HEADERS).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const format = '%{http_code} %{size_download}';
  const args = ['-sS', '-o', '/dev/null', '-w', format, ...headers, '--data-binary', `@${body}`];
  const answer = await runOk('curl', [...args, `${url}/git-upload-pack`], { timeoutMs: TIMEOUT_MS });
  const [status, sizeBytes] = answer.split(' ').map(Number);
  // Thin packs leave nothing out of a clone; deltas may come out a little smaller.
  if (status !== 200 || (sizeBytes ?? 0) < 0.8 * pair.packBytes) throw new Error(`${url}: answered ${answer}`);
}

/** First with a repository that nobody has cloned yet, then the same request again. */
export async function replayedRequest(world: World, { size, fresh }: Measured): Promise<Row[]> {
  const twice = async (url: string, pair: Pair) => {
    const body = requestFile(world, pair);
    return {
      first: await secondsOf(() => replay(url, pair, body)),
      again: await secondsOf(() => replay(url, pair, body)),
    };
  };
  const { first, again } = await interleave(world.runs, {
    hub: (run) => twice(pairOf(fresh, run).hubUrl, pairOf(fresh, run)),
    peer: (run) => twice(pairOf(fresh, run).peerUrl, pairOf(fresh, run)),
  });
  const common = { size, unit: 's' as const, beside: NGINX };
  return [
    { ...common, what: "the clone's upload-pack request, first", ...first, target: '≤ 1.00' },
    { ...common, what: "the clone's upload-pack request, again", ...again, target: '≤ 0.20' },
  ];
}

export async function replayedAtOnce(world: World, { size, fresh }: Measured): Promise<Row[]> {
  const burst = async (cpuSecondsNow: () => number, url: string, pair: Pair) => {
    const body = requestFile(world, pair);
    const before = cpuSecondsNow();
    const wall = await secondsOf(() => Promise.all(Array.from({ length: AT_ONCE }, () => replay(url, pair, body))));
    return { wall, cpu: cpuSecondsNow() - before };
  };
  const { wall, cpu } = await interleave(world.runs, {
    hub: (run) => burst(() => cpuSeconds([world.hub.process.pid]), pairOf(fresh, run).hubUrl, pairOf(fresh, run)),
    peer: (run) => burst(world.nginx.cpuSeconds, pairOf(fresh, run).countedPeerUrl, pairOf(fresh, run)),
  });
  const common = { size, beside: NGINX, target: '≤ 0.25' };
  return [
    { ...common, what: `${AT_ONCE} such requests at once`, unit: 's', ...wall },
    { ...common, what: `${AT_ONCE} such requests at once, server`, unit: 'CPU s', ...cpu },
  ];
}

export async function refsRate(world: World, pair: Pair, seconds: number): Promise<Row> {
  const rate = async (url: string) => {
    const requests: LoadRequest[] = [
      { method: 'GET', url: `${url}/info/refs?service=git-upload-pack`, headers: V2_HEADERS, leastBytes: 50 },
      {
        method: 'POST',
        url: `${url}/git-upload-pack`,
        headers: REQUEST_HEADERS,
        body: lsRefsRequest(),
        leastBytes: REF_COUNT * 60,
      },
    ];
    return { rate: await requestsPerSecond(requests, { connections: CONNECTIONS, seconds }) };
  };
  const results = await interleave(world.runs, { hub: () => rate(pair.hubUrl), peer: () => rate(pair.peerUrl) });
  const what = `info/refs + ls-refs, ${REF_COUNT} refs, ${CONNECTIONS} connections`;
  return { what, size: null, unit: 'requests/s', ...results.rate, beside: NGINX, target: '≥ 10.0' };
}

/** One commit on top of the last one, pushed. Only the push is timed. */
export async function pushOfOneCommit(world: World, size: Size, pair: Pair): Promise<Row> {
  const { alice } = world;
  const login = ['-c', `http.extraHeader=Authorization: Bearer ${alice.token}`];
  const pusher = async (url: string, options: string[], name: string) => {
    const cwd = join(world.directory, `${name}-${size}`);
    await alice.gitOk(['clone', '-q', url, cwd], { timeoutMs: TIMEOUT_MS });
    return async (run: number) => {
      writeFileSync(join(cwd, `pushed-${run}.txt`), `${run}\n`.repeat(100));
      await alice.gitOk(['add', '-A'], { cwd });
      await alice.gitOk(['commit', '-q', '-m', `push ${run}`], { cwd });
      return { wall: await secondsOf(() => alice.gitOk([...options, 'push', '-q', 'origin', 'main'], { cwd })) };
    };
  };
  const { wall } = await interleave(world.runs, {
    hub: await pusher(pair.hubUrl, login, 'pusher-hub'),
    peer: await pusher(pair.peerUrl, [], 'pusher-peer'),
  });
  return {
    ...{ what: 'push of one commit', size, unit: 's', ...wall, target: '≤ 1.20' },
    beside: 'git http-backend without hooks',
  };
}

/** What stands at the head of the table. */
export async function versions(): Promise<string> {
  const [git, nginx, sshd] = await Promise.all([run('git', ['--version']), run('nginx', ['-v']), run('ssh', ['-V'])]);
  return [git.stdout, nginx.stderr, sshd.stderr].map((text) => text.trim()).join('; ');
}
