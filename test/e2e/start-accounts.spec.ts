import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHub, workspace, type Process } from '../support';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
// Borrowing another account, and being refused what root may do, take root.
const asRoot = isRoot ? it : it.skip;

/** The accounts of `processes`; what has ended since they were listed has none (a backend of Postgres comes and goes). */
function ownersOf(processes: Process[]): number[] {
  return processes.flatMap(({ pid }) => {
    const path = `/proc/${pid}/status`;
    try {
      return [Number(/^Uid:\t(\d+)/m.exec(readFileSync(path, 'utf8'))?.[1])];
    } catch (error) {
      if (existsSync(path)) throw error;
      return [];
    }
  });
}

asRoot('runs as an ordinary user with a home of its own', async () => {
  const hub = await startHub({ uid: NOBODY, gid: NOBODY });
  const owners = ownersOf(hub.process.remaining());
  expect(owners.length).toBeGreaterThan(1);
  expect(new Set(owners)).toEqual(new Set([NOBODY]));
  const alice = await hub.actor('alice');
  await alice.createRepository('mine');
  expect(await hub.stop()).toBe(0);
  expect(hub.process.remaining()).toEqual([]);
});

asRoot('runs as root with its data under a directory that only root may enter', async () => {
  const closed = join(workspace('closed'), 'root-only');
  mkdirSync(closed);
  chmodSync(closed, 0o700);
  const hub = await startHub({ dataDir: join(closed, 'data') });
  const alice = await hub.actor('alice');
  await alice.createRepository('mine');
  expect(await hub.stop()).toBe(0);
  await hub.restart();
  expect(await alice.api('GET', '/api/v3/repos/alice/mine')).toMatchObject({ status: 200 });
});

asRoot('never runs Postgres as root', async () => {
  const hub = await startHub({ isFirstStart: true });
  const servers = hub.process.remaining().filter(({ command }) => /postgres/.test(command));
  const owners = ownersOf(servers);
  expect(owners.length).toBeGreaterThan(0);
  expect(owners).not.toContain(0);
});
