import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { eventually, startHub, WorkTree, type Actor, type Hub } from '../support';
import { startDatabase } from '../support/database';

let hub: Hub;
let alice: Actor;
let database: Client;

beforeAll(async () => {
  const { url, stop } = await startDatabase();
  hub = await startHub({ ssh: false, env: { DATABASE_URL: url } });
  database = new Client({ connectionString: url });
  await database.connect();
  stopDatabase = async () => {
    await database.end();
    await hub.destroy();
    await stop();
  };
  alice = await hub.actor('alice');
});

let stopDatabase: () => Promise<void>;
afterAll(() => stopDatabase());

const KIB = 1024;

async function setQuota(bytes: number | null): Promise<void> {
  const limits = bytes === null ? {} : { git_private_bytes: bytes };
  await database.query(`UPDATE namespaces SET limits = $1 WHERE name = 'alice'`, [limits]);
}

async function usedBytes(): Promise<number> {
  const { rows } = await database.query<{ used: string }>(
    `SELECT sum(git_size_bytes) AS used FROM repositories r JOIN namespaces n ON n.id = r.namespace_id WHERE n.name = 'alice'`,
  );
  return Number(rows[0]?.used);
}

it('lets one of twelve pushers of one ref win, and tells the others', async () => {
  const origin = await WorkTree.create(alice, 'alice/contended');
  await origin.ok('push', '-q', 'origin', 'main');
  const trees = await Promise.all(Array.from({ length: 12 }, () => WorkTree.clone(alice, 'alice/contended')));
  const commits = await Promise.all(trees.map((tree, n) => tree.commit({ [`file-${n}`]: `${n}\n` })));
  const pushes = await Promise.all(trees.map((tree) => tree.push('main')));
  const winners = pushes.flatMap(({ code }, n) => (code === 0 ? [commits[n]] : []));
  expect(winners).toHaveLength(1);
  expect(await origin.ok('ls-remote', 'origin', 'refs/heads/main')).toBe(`${winners[0]}\trefs/heads/main`);
  for (const { code, stderr } of pushes) {
    if (code !== 0) expect(stderr).toMatch(/rejected|failed to update ref|cannot lock ref|fetch first|Too many/);
  }
  await trees[0]?.ok('pull', '-q', '--rebase');
  expect((await trees[0]?.push('main'))?.code).toBe(0);
});

it('keeps to the quota when pushes come side by side, and says who uses how much', async () => {
  await Promise.all(Array.from({ length: 6 }, (_, n) => alice.createRepository(`raced-${n}`)));
  const trees = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      WorkTree.create(alice, `alice/raced-${n}`, { files: { noise: randomBytes(400 * KIB) } }),
    ),
  );
  const before = await usedBytes();
  await setQuota(before + 1000 * KIB);
  const pushes = await Promise.all(trees.map((tree) => tree.push('main')));
  expect(pushes.filter(({ code }) => code === 0)).toHaveLength(2);
  for (const refused of pushes.filter(({ code }) => code !== 0)) {
    expect(WorkTree.remoteText(refused)).toMatch(
      /"alice" has used .* for the Git data of private repositories.* This push needs 40\d\.\d KiB more\./,
    );
    expect(WorkTree.remoteText(refused)).toContain('ask an administrator');
  }
  expect(await usedBytes()).toBeLessThanOrEqual(before + 1000 * KIB);
  expect(await usedBytes()).toBeGreaterThan(before + 800 * KIB);
});

it('gives back what a push reserved that came to nothing', async () => {
  const path = await alice.createRepository('lost-race');
  const tree = await WorkTree.create(alice, path);
  await setQuota(null);
  await tree.ok('push', '-q', 'origin', 'main');
  await tree.commit({ noise: randomBytes(400 * KIB) });
  // A ref that git will refuse after the hub has let the push in: its name is a directory of another.
  const clash = await tree.push('main:refs/heads/main/below');
  expect(clash.code).not.toBe(0);
  await eventually('nothing reserved', async () => {
    const { rows } = await database.query<{ held: string }>(
      `SELECT COALESCE(sum(incoming_bytes), 0) AS held FROM pushes WHERE state = 'intended'`,
    );
    return Number(rows[0]?.held) === 0;
  });
  await setQuota((await usedBytes()) + 500 * KIB);
  expect((await tree.push('main')).code).toBe(0);
});
