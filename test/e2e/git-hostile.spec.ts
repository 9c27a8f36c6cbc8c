import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { findRunningPostgres } from '@granary/embedded-postgres';
import { Client } from 'pg';
import { allProcesses, callApi, eventually, startHub, WorkTree, type Actor, type Hub } from '../support';
import { gitAnswer, gitPost, pkt } from '../support/git-wire';

let hub: Hub;
let alice: Actor;
let mallory: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
});

const ZERO = '0'.repeat(40);

async function pushed(actor: Actor, path: string, files?: Record<string, string | Buffer>) {
  const tree = await WorkTree.create(actor, path, { files });
  await tree.ok('push', '-q', 'origin', 'main');
  return tree;
}

async function idOf(path: string): Promise<number> {
  const { body } = await alice.api<{ id: number }>('GET', `/api/v3/repos/${path}`);
  return body.id;
}

/** The repository on the hub's disk: its git processes, and what a broken push would leave there. */
async function onDisk(path: string) {
  const name = `${await idOf(path)}.git`;
  const repositories = join(hub.dataDir, 'repositories');
  const directory = readdirSync(repositories, { recursive: true, encoding: 'utf8' }).find((each) =>
    each.endsWith(`/${name}`),
  );
  const objects = join(repositories, directory ?? 'none', 'objects');
  return {
    serving: () =>
      allProcesses().filter(({ command }) => command.includes(hub.dataDir) && command.includes(`/${name}`)),
    leftovers: () =>
      readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((each) => /tmp_|incoming-/.test(each)),
  };
}

const isHubWell = async () => (await fetch(`${hub.url}/health/ready`)).status === 200;

describe('bytes that are no protocol', () => {
  let disk: Awaited<ReturnType<typeof onDisk>>;
  beforeAll(async () => {
    await pushed(mallory, 'mallory/own');
    await mallory.api('PATCH', '/api/v3/repos/mallory/own', { visibility: 'public' });
    disk = await onDisk('mallory/own');
  });
  const services = ['git-upload-pack', 'git-receive-pack'] as const;

  it.each(
    services.flatMap((service) =>
      ['0003', '0003want', 'zzzz', '-001', '00', '0000', '', '\0'.repeat(70_000)].map(
        (body) => [service, body.slice(0, 12), body] as const,
      ),
    ),
  )('%s ends on %j', async (service, _shown, body) => {
    const answer = await gitAnswer(mallory, { service, path: 'mallory/own' }, body);
    expect(answer.status).toBe(200);
    expect(answer.body).not.toContain('internal error');
    expect(answer.body).not.toContain(hub.dataDir);
    await eventually('git to end', () => disk.serving().length === 0);
  });

  it.each(services)('%s does not listen to packets without end', async (service) => {
    // A connection that both sides would otherwise keep.
    const client = gitPost(mallory, { service, path: 'mallory/own', headers: { connection: 'keep-alive' } });
    client.once('response', (response: IncomingMessage) => response.on('error', () => undefined).resume());
    const flood = setInterval(() => client.write('ffff'.repeat(16_384)), 10);
    try {
      await new Promise((resolve) => client.once('close', resolve));
    } finally {
      clearInterval(flood);
    }
    await eventually('git to end', () => disk.serving().length === 0);
    expect(disk.leftovers()).toEqual([]);
    expect(await isHubWell()).toBe(true);
  });

  it('a push of well-formed commands and no pack moves nothing', async () => {
    const command = `${ZERO} ${'1'.repeat(40)} refs/heads/ghost\0 report-status`;
    const { body } = await gitAnswer(
      mallory,
      { service: 'git-receive-pack', path: 'mallory/own' },
      `${pkt(command)}0000`,
    );
    expect(body).not.toContain('ok refs/heads/ghost\n');
    expect(disk.leftovers()).toEqual([]);
  });
});

describe('an object of another’s repository', () => {
  let secret: string;
  let blob: string;
  beforeAll(async () => {
    const tree = await pushed(alice, 'alice/private', { secret: 'the secret of alice\n' });
    secret = await tree.tip();
    blob = await tree.tip('HEAD:secret');
    await pushed(mallory, 'mallory/bait');
  });

  it.each(['commit', 'blob'])('cannot be wanted over version 0: a %s', async (kind) => {
    const want = `${pkt(`want ${kind === 'commit' ? secret : blob}\n`)}0000${pkt('done\n')}`;
    const { body } = await gitAnswer(mallory, { service: 'git-upload-pack', path: 'mallory/bait' }, want);
    expect(body).toContain('not our ref');
    expect(body).not.toContain('PACK');
  });

  it.each(['commit', 'blob'])('cannot be wanted over version 2: a %s', async (kind) => {
    const want = `${pkt('command=fetch')}${pkt('object-format=sha1')}0001${pkt(`want ${kind === 'commit' ? secret : blob}\n`)}${pkt('done\n')}0000`;
    const headers = { 'git-protocol': 'version=2' };
    const { body } = await gitAnswer(mallory, { service: 'git-upload-pack', path: 'mallory/bait', headers }, want);
    expect(body).toContain('not our ref');
    expect(body).not.toContain('PACK');
  });

  it('cannot be taken over by pushing a ref to it', async () => {
    const command = `${ZERO} ${secret} refs/heads/stolen\0 report-status`;
    // A pack of no objects.
    const pack = Buffer.from('5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e', 'hex');
    const body = Buffer.concat([Buffer.from(`${pkt(command)}0000`), pack]);
    const answer = await gitAnswer(mallory, { service: 'git-receive-pack', path: 'mallory/bait' }, body);
    expect(answer.body).toContain('ng refs/heads/stolen');
    const tree = await WorkTree.clone(mallory, mallory.remote('mallory/bait'), '--mirror');
    expect(await tree.ok('for-each-ref')).not.toContain('stolen');
  });

  it('is not there for one who may not read the repository, whatever is asked of it', async () => {
    const want = `${pkt(`want ${secret}\n`)}0000${pkt('done\n')}`;
    const answers = await Promise.all(
      ['alice/private', 'alice/absent'].map((path) => gitAnswer(mallory, { service: 'git-upload-pack', path }, want)),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(answers[0]?.body).toBe(answers[1]?.body);
  });

  it('is not switched to by a query parameter', async () => {
    const answer = await callApi(hub, {
      method: 'POST',
      path: '/alice/private.git/git-upload-pack?service=git-receive-pack&ns=mallory&repo=bait',
      authorization: `Bearer ${mallory.token}`,
    });
    expect(answer.status).toBe(404);
  });
});

describe('a client that vanishes', () => {
  let tree: WorkTree;
  let disk: Awaited<ReturnType<typeof onDisk>>;
  beforeAll(async () => {
    tree = await pushed(alice, 'alice/vanish', { noise: randomBytes(24 * 1024 * 1024) });
    disk = await onDisk('alice/vanish');
  });

  async function vanish(client: ClientRequest) {
    client.destroy();
    await eventually('git to end', () => disk.serving().length === 0);
    expect(disk.leftovers()).toEqual([]);
    expect(await isHubWell()).toBe(true);
  }

  it('in the middle of a clone leaves nothing running', async () => {
    const client = gitPost(alice, { service: 'git-upload-pack', path: 'alice/vanish' });
    client.end(`${pkt(`want ${await tree.tip()} side-band-64k ofs-delta\n`)}0000${pkt('done\n')}`);
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    await once(response, 'readable');
    expect(disk.serving()).not.toEqual([]);
    await vanish(client);
  });

  it('in the middle of a push leaves nothing running, no quarantine and no ref', async () => {
    const before = await tree.ok('ls-remote', 'origin');
    const client = gitPost(alice, { service: 'git-receive-pack', path: 'alice/vanish' });
    const command = `${ZERO} ${await tree.tip()} refs/heads/half\0 report-status`;
    client.write(`${pkt(command)}0000`);
    client.write(Buffer.from('PACK\0\0\0\x02\0\0\0\x09', 'latin1'));
    await eventually('the quarantine', () => disk.leftovers().some((each) => each.includes('incoming-')));
    await vanish(client);
    expect(await tree.ok('ls-remote', 'origin')).toBe(before);
  });
});

it('keeps every acknowledged push, its record and its event when the hub is killed while refs move', async () => {
  const tree = await pushed(alice, 'alice/killed');
  const base = await tree.tip();
  const acknowledged = new Map<string, string>();
  const clients = Array.from({ length: 6 }, (_, n) => `refs/heads/client-${n}`);
  let isKilled = false;
  // Each client moves a branch of its own, over and over, until the hub is gone.
  const work = clients.map(async (ref) => {
    let tip = base;
    while (!isKilled) {
      tip = (await tree.ok('commit-tree', '-p', tip, '-m', ref, `${base}^{tree}`)).trim();
      const { code } = await tree.git('push', '-q', 'origin', `${tip}:${ref}`);
      if (code === 0) acknowledged.set(ref, tip);
    }
  });
  await eventually('some pushes', () => acknowledged.size === clients.length);
  await hub.kill();
  isKilled = true;
  await Promise.all(work);
  const promised = new Map(acknowledged);
  await hub.restart();

  const refs = new Map(
    (await tree.ok('ls-remote', 'origin'))
      .trim()
      .split('\n')
      .map((line) => line.split('\t').reverse() as [string, string]),
  );
  await tree.ok('fetch', '-q', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  for (const [ref, tip] of promised) {
    // What came after the last answer may have got through, too; nothing may have got lost.
    const name = ref.replace('refs/heads/', 'refs/remotes/origin/');
    expect((await tree.git('merge-base', '--is-ancestor', tip, name)).code).toBe(0);
  }
  const database = await openDatabase();
  try {
    const repositoryId = await idOf('alice/killed');
    const { rows: tips } = await database.query<{ ref: string; oid: string }>(
      'SELECT ref, oid FROM ref_tips WHERE repository_id = $1',
      [repositoryId],
    );
    refs.delete('HEAD');
    expect(Object.fromEntries(tips.map(({ ref, oid }) => [ref, oid]))).toEqual(Object.fromEntries(refs));
    const { rows: events } = await database.query<{ ref: string; after: string }>(
      `SELECT payload->>'ref' AS ref, payload->>'after' AS after FROM outbox_events WHERE repository_id = $1 AND kind = 'push'`,
      [repositoryId],
    );
    // Every tip that is there now was told of, whether or not its push was acknowledged.
    for (const [ref, oid] of refs) expect(events).toContainEqual({ ref, after: oid });
    for (const [ref, tip] of promised) expect(events).toContainEqual({ ref, after: tip });
  } finally {
    await database.end();
  }
  const disk = await onDisk('alice/killed');
  expect(disk.serving()).toEqual([]);
});

async function openDatabase(): Promise<Client> {
  const postgres = await findRunningPostgres({ dir: join(hub.dataDir, 'postgres') });
  if (!postgres) throw new Error('no Postgres runs in the hub’s data directory');
  const { host, user, database } = postgres;
  const client = new Client({ host, user, database });
  await client.connect();
  return client;
}
