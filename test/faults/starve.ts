import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMib } from '../bench/process-usage';
import { median } from '../bench/statistics';
import { processTree, startHub, workspace, WorkTree, type Actor, type Files, type Hub } from '../support';
import { beNice } from '../support/run';
import { watchHealth } from '../support/health';
import { SshActor } from '../support/ssh';
import { finding } from '../support/findings';
import type { FaultRun } from './fault-run';
import { bodilessRequest, cloneRequest, getRequest, silentClient, slowReader } from './silent-clients';

/** Shorter than the hub's own, so that the run is. */
const STALL_SECONDS = 20;
const LARGE_BYTES = 20 << 20;
const CLONES_TIMED = 5;
const CLONES_EACH = 20;
const RAW_READERS = 40;
const ARCHIVE_READERS = 10;
const HALF_BODIES = 20;
const HALF_OPEN_SSH = 60;
const SLOW_BYTES_PER_SECOND = 20_000;
/** At its speed it needs more than twice what a silent client is given. */
const SLOW_FILE_BYTES = 1_000_000;
/** The limits that docs/limits.md promises. */
const MAX_HEALTH_MS = 100;
const MAX_SLOWER = 3;
const CLIENTS_NICENESS = 5;
const MAX_GITS = 8 + 4;
const MAX_GROWTH_MIB = 250;

/**
 * Crowds of silent clients without credentials on every surface at once. Meanwhile others are served, health checks are
 * answered and a slow link gets its file; afterwards nothing is held for those who were silent.
 */
export const starve: FaultRun = async ({ say }) => {
  const hub = await startHub({ env: { GRANARY_STALL_SECONDS: String(STALL_SECONDS) } });
  const alice = await hub.actor('alice');
  say('pushing repositories');
  const oids = await publish(alice);
  const carol = await SshActor.create(alice);
  say('timing clones of a quiet hub');
  const quietMs = await timeClones(alice);
  const before = { rssMib: residentMib(hub.process.pid), stalled: await stalledClients(hub) };

  say('letting the silent crowd in');
  const health = await watchHealth(hub);
  // The clients' own work, which on other machines would not be the hub's to wait for.
  beNice(CLIENTS_NICENESS);
  const crowd = silentCrowd(hub, oids);
  const slow = slowReader(hub.port, getRequest(hub, '/alice/small/-/raw/main/slow.bin'), SLOW_BYTES_PER_SECOND);
  await sleep(3_000);
  const busyMs = await timeClones(alice);
  const overSsh = await carol.git(['clone', '-q', '--bare', carol.remote('alice/own'), join(workspace('ssh'), 'c')]);
  const gits = processTree(hub.process.pid).filter(({ command }) => /^(\S*\/)?git\b/.test(command)).length;
  const growthMib = residentMib(hub.process.pid) - before.rssMib;
  const { worstMs } = await health.stop();
  const healthMs = Math.round(worstMs);

  say('waiting for the silent to be let go, and for the slow link');
  const expected = 3 * CLONES_EACH + RAW_READERS + ARCHIVE_READERS + HALF_BODIES;
  const letGo = await untilLetGo(hub, before.stalled + expected);
  const slowBytes = await slow;
  for (const socket of crowd) socket.destroy();
  const left = await gitsLeft(hub);
  return [
    finding('clone by who has signed in, over HTTP', busyMs.failed === 0, `${busyMs.failed} of ${CLONES_TIMED} failed`),
    finding(
      'the same, against a quiet hub',
      busyMs.medianMs <= MAX_SLOWER * quietMs.medianMs,
      `${busyMs.medianMs} ms against ${quietMs.medianMs} ms`,
    ),
    finding('clone over SSH', overSsh.code === 0, overSsh.code === 0 ? 'cloned' : overSsh.stderr.trim()),
    finding('/health/live', healthMs <= MAX_HEALTH_MS, `${healthMs} ms at most`),
    finding('git processes', gits <= MAX_GITS, `${gits}`),
    finding('memory of the hub', growthMib <= MAX_GROWTH_MIB, `+ ${Math.round(growthMib)} MiB`),
    finding('silent clients let go', letGo - before.stalled >= expected, `${letGo - before.stalled} of ${expected}`),
    finding(
      `a link of ${SLOW_BYTES_PER_SECOND / 1000} kB/s`,
      slowBytes > SLOW_FILE_BYTES,
      `${slowBytes} bytes of ${SLOW_FILE_BYTES} and a head`,
    ),
    finding('git processes afterwards', left === 0, `${left}`),
  ];
};

/** @returns the tips of three public repositories. */
async function publish(alice: Actor): Promise<string[]> {
  const files = { 'big.bin': randomBytes(LARGE_BYTES) };
  const oids: string[] = [];
  for (const name of ['one', 'two', 'three'])
    oids.push(await pushNew(alice, await alice.createRepository(name, { visibility: 'public' }), files));
  // Who clones a private repository is asked who it is: to a public one git sends no credentials.
  await pushNew(alice, await alice.createRepository('own', { visibility: 'private' }), files);
  await pushNew(alice, await alice.createRepository('small', { visibility: 'public' }), {
    'slow.bin': randomBytes(SLOW_FILE_BYTES),
  });
  return oids;
}

async function pushNew(alice: Actor, path: string, files: Files): Promise<string> {
  const tree = await WorkTree.create(alice, path, { files });
  const { code, stderr } = await tree.push('HEAD:main');
  if (code !== 0) throw new Error(`pushing ${path}: ${stderr}`);
  return tree.tip();
}

function silentCrowd(hub: Hub, oids: string[]) {
  const many = (count: number, request: () => string, port = hub.port) =>
    Array.from({ length: count }, () => silentClient(port, request()));
  return [
    ...['one', 'two', 'three'].flatMap((name, at) =>
      many(CLONES_EACH, () => cloneRequest(hub, `alice/${name}`, oids[at] ?? '')),
    ),
    ...many(RAW_READERS, () => getRequest(hub, '/alice/one/-/raw/main/big.bin')),
    ...many(ARCHIVE_READERS, () => getRequest(hub, '/alice/two/-/archive/main.tar')),
    ...many(HALF_BODIES, () =>
      bodilessRequest(hub, '/alice/one.git/info/lfs/objects/batch', 'application/vnd.git-lfs+json'),
    ),
    ...many(HALF_OPEN_SSH, () => '', hub.sshPort),
  ];
}

async function timeClones(alice: Actor): Promise<{ medianMs: number; failed: number }> {
  const times: number[] = [];
  let failed = 0;
  for (let n = 0; n < CLONES_TIMED; n++) {
    const startedAt = performance.now();
    const { code } = await alice.git([
      'clone',
      '-q',
      '--bare',
      alice.remote('alice/own'),
      join(workspace('clone'), 'c'),
    ]);
    times.push(performance.now() - startedAt);
    if (code !== 0) failed++;
  }
  return { medianMs: Math.round(median(times)), failed };
}

async function stalledClients(hub: Hub): Promise<number> {
  const metrics = await (await fetch(`${hub.url}/metrics`)).text();
  const counts = [...metrics.matchAll(/^granary_clients_stalled_total\{[^}]*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Those who waited for a place are silent only from when they got it: twice the time, and some. */
async function untilLetGo(hub: Hub, expected: number): Promise<number> {
  const deadline = performance.now() + 3_000 * STALL_SECONDS;
  for (;;) {
    const count = await stalledClients(hub);
    if (count >= expected || performance.now() > deadline) return count;
    await sleep(1_000);
  }
}

async function gitsLeft(hub: Hub): Promise<number> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    // `cat-file` processes are a pool's, kept for the next who asks.
    const left = processTree(hub.process.pid).filter(({ command }) =>
      /\bgit\b.*(upload-pack|pack-objects|archive)/.test(command),
    );
    if (left.length === 0 || performance.now() > deadline) return left.length;
    await sleep(500);
  }
}
