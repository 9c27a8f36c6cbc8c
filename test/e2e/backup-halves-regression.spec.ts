import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { AuditEntry } from '@granary/api-contract';
import { eventually, run, runOk, startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { ROOT } from '../support/hub-process';

const PATH = 'alice/harvest';

interface Push {
  ref: string;
  before: string;
  after: string;
}

let hub: Hub;
let alice: Actor;
let tree: WorkTree;
let receiver: Server;
const pushes: Push[] = [];
/** Copies of the data directory, made while the hub stood still. */
let earlier: string;
let later: string;
/** Where the refs were then, and the commits that `main` was at. */
let refsEarlier: string;
let refsLater: string;
let first: string;
let second: string;

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const body = await text(request);
    if (request.headers['x-github-event'] === 'push') pushes.push(JSON.parse(body) as Push);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  hub = await startHub({ ssh: false, env: { GRANARY_WEBHOOK_ALLOWED_HOSTS: `127.0.0.1:${port}` } });
  alice = await hub.actor('alice');
  tree = await WorkTree.create(alice, PATH);
  await alice.createRepository('harvest');
  await alice.api('POST', `/api/v3/repos/${PATH}/hooks`, { config: { url: `http://127.0.0.1:${port}/` } });
  await tree.ok('push', '-q', 'origin', 'main', 'main:gone');
  first = await tree.tip();
  await told(2);
  refsEarlier = await refs();
  earlier = await stoppedCopy('earlier');
  await hub.restart();
  second = await tree.commit({ file: '2' });
  await tree.ok('push', '-q', 'origin', 'main', 'main:later', ':gone');
  await alice.createRepository('younger', { auto_init: true });
  await told(5);
  refsLater = await refs();
  later = await stoppedCopy('later');
}, 120_000);

afterAll(() => receiver.close());
beforeEach(() => void pushes.splice(0));

const told = (count: number) => eventually(`${count} pushes are told`, () => pushes.length >= count);
const refs = async () => (await alice.gitOk(['ls-remote', alice.remote(PATH), 'refs/*'])).trim();

async function stoppedCopy(name: string): Promise<string> {
  await hub.stop();
  const to = join(workspace(name), 'data');
  await runOk('cp', ['-a', hub.dataDir, to]);
  return to;
}

/** Puts one half of a backup in its place, as an operator does who has stopped the hub. */
async function putBack(from: string, half: 'postgres' | 'repositories'): Promise<void> {
  const place = join(hub.dataDir, half);
  renameSync(place, join(workspace('aside'), half));
  await runOk('cp', ['-a', join(from, half), place]);
}

function doctor(...args: string[]) {
  const program = join(ROOT, 'dist/apps/admin-cli/src/main.js');
  const env = { PATH: process.env.PATH, HOME: hub.dataDir, GRANARY_DATA_DIR: hub.dataDir };
  return run(process.execPath, [program, 'doctor', ...args], { env });
}

async function settled(): Promise<{ ref: string; recorded: string; now: string }[]> {
  const { body } = await alice.api<AuditEntry[]>('GET', `/api/v3/repos/${PATH}/audit?action=repository.settle`);
  const { refs: listed } = (body[0]?.details ?? {}) as { refs?: { ref: string; recorded: string; now: string }[] };
  return (listed ?? []).sort((a, b) => a.ref.localeCompare(b.ref));
}

/** A push now is told, alone, from where the refs stand. */
async function pushOnce(message: string): Promise<void> {
  await tree.ok('fetch', '-q', '--prune', 'origin');
  await tree.ok('reset', '-q', '--hard', 'origin/main');
  const before = await tree.tip();
  const after = await tree.commit({ file: message });
  await tree.ok('push', '-q', 'origin', 'main');
  await told(1);
  expect(pushes).toEqual([expect.objectContaining({ ref: 'refs/heads/main', before, after })]);
}

const none = '0'.repeat(40);

it('a start on nothing that was restored compares nothing', () => {
  expect(hub.process.stdout).not.toContain('Comparing the repositories');
});

it('a start on files from before the database takes the refs as they are, lists them, and tells of no push', async () => {
  await putBack(earlier, 'repositories');
  await hub.restart();
  expect(hub.process.stdout).toMatch(/Comparing the repositories[^]*records of 1 repositor/);
  expect(await refs()).toBe(refsEarlier);
  expect(await settled()).toEqual([
    { ref: 'refs/heads/gone', recorded: none, now: first },
    { ref: 'refs/heads/later', recorded: second, now: none },
    { ref: 'refs/heads/main', recorded: second, now: first },
  ]);
  expect((await alice.api('GET', `/api/v3/repos/${PATH}/commits/main`)).body).toMatchObject({ sha: first });
  const { code, stdout } = await doctor();
  expect([code, stdout]).toEqual([1, expect.stringContaining('alice/younger')]);
  expect(stdout).not.toContain(PATH);
  await pushOnce('after older files');
});

it('a start on a database from before the files does so, too', async () => {
  await hub.stop();
  await putBack(later, 'repositories');
  await putBack(earlier, 'postgres');
  await hub.restart();
  expect(await refs()).toBe(refsLater);
  expect(await settled()).toEqual([
    { ref: 'refs/heads/gone', recorded: first, now: none },
    { ref: 'refs/heads/later', recorded: none, now: second },
    { ref: 'refs/heads/main', recorded: first, now: second },
  ]);
  const { code, stdout } = await doctor();
  expect([code, stdout]).toEqual([1, expect.stringMatching(/no repository|belongs to no/)]);
  expect(stdout).not.toContain(PATH);
  await pushOnce('after an older database');
});

it('the doctor does it for halves that nothing tells from their originals', async () => {
  const { body: repository } = await alice.api<{ id: number }>('GET', `/api/v3/repos/${PATH}`);
  const git = (...args: string[]) => runOk('git', ['-C', hub.repositoryPath(repository.id), ...args]);
  const [main, ref] = [await tree.tip(), 'refs/heads/later'];
  await git('update-ref', 'refs/heads/main', second);
  await git('update-ref', '-d', ref);
  const before = await refs();
  expect(await doctor()).toMatchObject({ code: 1, stdout: expect.stringContaining(`has lost ${ref}`) });
  await doctor('--repair');
  expect(await refs()).toBe(before);
  expect((await doctor()).stdout).not.toContain(PATH);
  expect(await settled()).toEqual([
    { ref, recorded: second, now: none },
    { ref: 'refs/heads/main', recorded: main, now: second },
  ]);
  await pushOnce('after the doctor');
});
