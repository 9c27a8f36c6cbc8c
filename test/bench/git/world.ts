import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHub, workspace, runOk, type Actor, type Hub, type GitUser } from '../../support';
import { SshActor } from '../../support/ssh';
import { cpuSeconds } from '../process-usage';
import { addBranches, generateHistory, type Size, SIZES } from './generate';
import { startNginxPeer, type NginxPeer } from './nginx-peer';
import { startSshdPeer, type SshdPeer } from './sshd-peer';

export const REF_COUNT = 1_000;
const PUSH_TIMEOUT_MS = 900_000;

/** The hub and its peers, and where repositories are made. */
export interface World {
  hub: Hub;
  alice: Actor;
  ssh: SshActor;
  nginx: NginxPeer;
  sshd: SshdPeer;
  directory: string;
  runs: number;
  say(text: string): void;
}

/** Less than this part of a processor is no work. */
const IDLE = 0.15;
const LOOK_MS = 1_000;
const PATIENCE_LOOKS = 120;

/** Waits until the hub has dealt with what the setup's pushes caused (events, jobs), which nobody means to measure. */
export async function quiet({ hub, say }: Pick<World, 'hub' | 'say'>): Promise<void> {
  for (let look = 0; look < PATIENCE_LOOKS; look++) {
    const before = cpuSeconds([hub.process.pid]);
    await sleep(LOOK_MS);
    if ((cpuSeconds([hub.process.pid]) - before) / (LOOK_MS / 1000) < IDLE) return;
    if (look === 5) say('Waiting for the hub to be done with what was pushed');
  }
  say('The hub is still busy; what follows is measured beside that');
}

/** The same repository on both sides: as the hub keeps what was pushed to it, and a copy of that for the peers. */
export interface Pair {
  /** `alice/name` on the hub. */
  path: string;
  hubUrl: string;
  peerUrl: string;
  countedPeerUrl: string;
  /** The peer's bare repository. */
  peerPath: string;
  tips: string[];
  packBytes: number;
}

export async function openWorld(runs: number, say: (text: string) => void): Promise<World> {
  say('Starting the hub, nginx with git http-backend, and sshd');
  const hub = await startHub();
  const alice = await hub.actor('alice');
  const ssh = await SshActor.create(alice);
  const [nginx, sshd] = [await startNginxPeer(), await startSshdPeer()];
  return { hub, alice, ssh, nginx, sshd, directory: workspace('bench'), runs, say };
}

export async function generateSize({ directory, say }: World, size: Size): Promise<string> {
  const source = join(directory, `${size}.git`);
  say(`Generating ${size}: ${SIZES[size]} commits`);
  await generateHistory(source, SIZES[size]);
  return source;
}

/** A repository like `source` with a thousand branches more, on both sides. */
export async function pairWithBranches(world: World, source: string): Promise<Pair> {
  const copy = join(world.directory, 'branches.git');
  await runOk('cp', ['-a', source, copy]);
  await addBranches(copy, REF_COUNT);
  const pair = await createPair(world, copy, 'branches');
  // The copy has the refs as the hub wrote them, one file each; the peer is given the form that it reads fastest.
  await runOk('git', [`--git-dir=${pair.peerPath}`, 'pack-refs', '--all']);
  return pair;
}

/** Pushes `source` to a new public repository of the hub and copies what the hub stored to the peer. */
export async function createPair(world: World, source: string, name: string): Promise<Pair> {
  const path = await createOnHub(world, source, name);
  const peerPath = join(world.nginx.root, `${name}.git`);
  await runOk('cp', ['-a', await storageOf(world, path), peerPath]);
  const refs = await runOk('git', [`--git-dir=${peerPath}`, 'for-each-ref', '--format=%(objectname)']);
  const count = await runOk('git', [`--git-dir=${peerPath}`, 'count-objects', '-v']);
  return {
    path,
    hubUrl: `${world.hub.url}/${path}.git`,
    peerUrl: world.nginx.url(name),
    countedPeerUrl: world.nginx.countedUrl(name),
    peerPath,
    tips: refs.trim().split('\n'),
    packBytes: Number(/^size-pack: (\d+)$/m.exec(count)?.[1] ?? 0) * 1024,
  };
}

/** @returns its full name. It is public, so that neither side has a password to check when it is read. */
export async function createOnHub(
  { alice }: World,
  source: string,
  name: string,
  who: GitUser = alice,
): Promise<string> {
  const path = await alice.createRepository(name, { private: false });
  const refspec = 'refs/heads/*:refs/heads/*';
  await who.gitOk(['-C', source, 'push', '-q', who.remote(path), refspec], { timeoutMs: PUSH_TIMEOUT_MS });
  return path;
}

/** Where the hub keeps the repository: paths come from the id. */
async function storageOf({ hub, alice }: World, path: string): Promise<string> {
  const { body } = await alice.api<{ id: number }>('GET', `/api/v3/repos/${path}`);
  const shard = (body.id % 256).toString(16).padStart(2, '0');
  return join(hub.dataDir, 'repositories', shard, `${body.id}.git`);
}
