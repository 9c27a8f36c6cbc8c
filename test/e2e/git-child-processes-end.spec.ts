import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { allProcesses, eventually, killAll, processTree, startHub, stillRunning, workspace } from '../support';
import { WorkTree, type Actor, type Hub, type Process } from '../support';
import { HeldClient } from '../support/held-client';
import { ROOT } from '../support/hub-process';
import { SshActor } from '../support/ssh';

/** What is promised: no child process outlives its client, or the hub, by more. */
const PROMISED_MS = 5_000;
const MIB = 1024 * 1024;
/** More than sockets, pipes and the hub hold of it together; too little to make the hub repack. */
const STORED_BYTES = 48 * MIB;
const PUSHED_BYTES = 160 * MIB;
const ADMIN_CLI = join(ROOT, 'dist/apps/admin-cli/src/main.js');

let hub: Hub;
let alice: Actor;
let overSsh: SshActor;
let storedId: number;
let outgoing: WorkTree;

/** Files that no packing makes smaller. */
async function noise(actor: Actor, path: string, sizeBytes: number): Promise<WorkTree> {
  const fileBytes = 16 * MIB;
  const names = Array.from({ length: sizeBytes / fileBytes }, (_, at) => `${at}.bin`);
  const tree = await WorkTree.create(actor, path);
  await tree.ok('config', 'core.bigFileThreshold', '1m');
  await tree.ok('config', 'core.compression', '0');
  await tree.commit(Object.fromEntries(names.map((name) => [name, randomBytes(fileBytes)])));
  return tree;
}

beforeAll(async () => {
  // What is too big for its cache is made at the speed of its readers, so that its git surely still runs.
  hub = await startHub({ env: { GRANARY_PACK_CACHE_MIB: '1', GRANARY_ARCHIVE_CACHE_MIB: '0' } });
  alice = await hub.actor('alice');
  overSsh = await SshActor.create(alice);
  const stored = await noise(alice, 'alice/stored', STORED_BYTES);
  await stored.ok('push', '-q', 'origin', 'main');
  storedId = await idOf('alice/stored');
  outgoing = await noise(alice, 'alice/none', PUSHED_BYTES);
});

const idOf = async (path: string) => (await alice.api<{ id: number }>('GET', `/api/v3/repos/${path}`)).body.id;

/** What runs for a request about the repository. A `cat-file` is nobody's own: it is kept for whoever comes next. */
function serving(repositoryId: number): Process[] {
  const named = allProcesses().filter(
    ({ command }) => command.includes(hub.dataDir) && command.includes(`/${repositoryId}.git`),
  );
  const own = named.filter(({ command, pid }) => /\bgit\b/.test(command) && !/ cat-file /.test(command) && pid > 1);
  const trees = own.flatMap(({ pid }) => processTree(pid));
  return [...new Map(trees.map((each) => [each.pid, each])).values()];
}

const underWay = (repositoryId: number, program: string) =>
  eventually(`${program} serving`, () => {
    const found = serving(repositoryId);
    return found.some(({ command }) => command.includes(program)) ? found : null;
  });

/** Whether the first bytes of a pack have come. */
function receives(clone: string): boolean {
  const packs = join(clone, 'objects/pack');
  return existsSync(packs) && readdirSync(packs).some((name) => name.startsWith('tmp_pack'));
}

const goneInTime = (what: string, processes: () => Process[]) =>
  eventually(`the end of ${what}`, () => processes().length === 0, PROMISED_MS);

interface Request {
  /** Of the hub's process that does the work. */
  program: string;
  start(): Promise<{ client: HeldClient; repositoryId: number; into?: string }>;
}

function clone(who: () => Actor | SshActor, program: string, ...options: string[]): Request {
  const start = () => {
    const into = join(workspace('cut'), 'clone.git');
    const args = [...options, 'clone', '-q', '--bare', who().remote('alice/stored'), into];
    return Promise.resolve({ client: HeldClient.start('git', args, { env: who().env }), repositoryId: storedId, into });
  };
  return { program, start };
}

function push(who: () => Actor | SshActor): Request {
  const start = async () => {
    const path = await alice.createRepository(`pushed-${randomBytes(4).toString('hex')}`);
    const args = ['push', '-q', who().remote(path), 'main'];
    const client = HeldClient.start('git', args, { env: who().env, cwd: outgoing.cwd });
    return { client, repositoryId: await idOf(path) };
  };
  return { program: 'index-pack', start };
}

const archive: Request = {
  program: 'archive',
  start: () => {
    const headers = ['-H', `Authorization: Bearer ${alice.token}`];
    const args = ['-s', ...headers, '-o', '/dev/null', `${hub.url}/alice/stored/-/archive/main.tar`];
    return Promise.resolve({ client: HeldClient.start('curl', args, { env: alice.env }), repositoryId: storedId });
  },
};

const REQUESTS: Record<string, Request> = {
  'a clone over HTTP': clone(() => alice, 'pack-objects'),
  'a clone over HTTP in version 0': clone(() => alice, 'upload-pack', '-c', 'protocol.version=0'),
  'a clone over SSH': clone(() => overSsh, 'upload-pack'),
  'a push over HTTP': push(() => alice),
  'a push over SSH': push(() => overSsh),
  'an archive': archive,
};

describe.each(Object.entries(REQUESTS))('%s', (_name, { program, start }) => {
  it('leaves no process five seconds after its client was killed', async () => {
    const { client, repositoryId } = await start();
    const seen = await underWay(repositoryId, program);
    await client.kill();
    await goneInTime('what served it', () => [...stillRunning(seen), ...serving(repositoryId)]);
  });

  it('leaves no process five seconds after the death of a client that had stopped reading and writing', async () => {
    const { client, repositoryId } = await start();
    await underWay(repositoryId, program);
    await client.stop();
    const seen = await underWay(repositoryId, program);
    await client.kill();
    await goneInTime('what served it', () => [...stillRunning(seen), ...serving(repositoryId)]);
  });
});

it('lets a pack live on for another reader when the first one dies, and no longer than that', async () => {
  const request = REQUESTS['a clone over HTTP'] as Request;
  const [first, second] = [await request.start(), await request.start()];
  await eventually('both clones receiving', () => [first, second].every(({ into = '' }) => receives(into)));
  await Promise.all([first.client.stop(), second.client.stop()]);
  await first.client.kill();
  await underWay(storedId, request.program);
  await second.client.kill();
  await goneInTime('the pack’s computation', () => serving(storedId));
});

describe('kill -9 of the program that started it', () => {
  it('ends a repack within five seconds, though it neither reads nor writes', async () => {
    const tree = await noise(alice, 'alice/upkeep', 16 * MIB);
    await tree.ok('push', '-q', 'origin', 'main');
    // Another file under the same name: the repack looks long for what they have in common.
    await tree.commit({ '0.bin': randomBytes(16 * MIB) });
    await tree.ok('push', '-q', 'origin', 'main');
    const id = await idOf('alice/upkeep');
    const env = { PATH: process.env.PATH, HOME: hub.dataDir, GRANARY_DATA_DIR: hub.dataDir };
    const args = [ADMIN_CLI, 'maintenance', 'run', '--full', '--repository', 'alice/upkeep'];
    const cli = HeldClient.start(process.execPath, args, { env });
    const seen = await underWay(id, ' repack ');
    // As if it had long to go.
    for (const { pid } of seen) process.kill(pid, 'SIGSTOP');
    await cli.kill();
    await goneInTime('the repack', () => stillRunning(seen)).finally(() => killAll(seen));
  });

  it('ends clones, pushes and archives within five seconds of the hub’s end', async () => {
    const names = ['a clone over HTTP in version 0', 'a push over SSH', 'a push over HTTP', 'an archive'] as const;
    const held = [];
    for (const name of names) {
      const { program, start } = REQUESTS[name] as Request;
      const { client, repositoryId } = await start();
      await underWay(repositoryId, program);
      await client.stop();
      held.push({ repositoryId, client, seen: await underWay(repositoryId, program) });
    }
    await hub.kill();
    const all = held.flatMap(({ seen }) => seen);
    await goneInTime('what the hub had started', () => stillRunning(all));
    killAll(hub.process.remaining());
    for (const { client } of held) await client.kill();
  });
});
