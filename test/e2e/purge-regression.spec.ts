import { startHub, WorkTree, type Actor, type Hub } from '../support';
import { eventually } from '../support/eventually';

const PATH = 'alice/vault';
const PURGE = `/api/v3/repos/${PATH}/purge`;

let hub: Hub;
let alice: Actor;
let mallory: Actor;
let tree: WorkTree;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, mallory] = [await hub.actor('alice'), await hub.actor('mallory')];
  await alice.createRepository('vault', { visibility: 'public' });
  tree = await WorkTree.create(alice, PATH, { files: { 'a.txt': 'a\n' } });
  await tree.ok('push', '-q', 'origin', 'main');
}, 240_000);

/** How somebody who has written the id down gets at the commit. */
async function ways(sha: string): Promise<Record<string, number>> {
  const get = async (path: string) => (await fetch(hub.url + path)).status;
  const clone = await WorkTree.create(mallory, PATH);
  return {
    page: await get(`/${PATH}/-/blob/${sha}/secret.txt`),
    raw: await get(`/${PATH}/-/raw/${sha}/secret.txt`),
    rest: await get(`/api/v3/repos/${PATH}/commits/${sha}`),
    archive: await get(`/${PATH}/-/archive/${sha}.zip`),
    fetch: (await clone.git('fetch', '-q', 'origin', sha)).code ?? -1,
  };
}

it('is for owners alone', async () => {
  expect((await mallory.api('POST', PURGE)).status).toBe(403);
  expect((await fetch(hub.url + PURGE, { method: 'POST' })).status).toBe(401);
});

it('takes what was pushed by mistake out of every way to it, and loses no push that goes on meanwhile', async () => {
  const main = await tree.ok('rev-parse', 'HEAD');
  const slip = await tree.commit({ 'secret.txt': 'hunter2\n' });
  await tree.ok('push', '-q', 'origin', 'main');
  await tree.ok('reset', '-q', '--hard', main);
  await tree.ok('push', '-q', '--force', 'origin', 'main');
  expect(await ways(slip)).toEqual({ page: 200, raw: 200, rest: 200, archive: 200, fetch: 0 });

  expect((await alice.api('POST', PURGE)).status).toBe(202);
  const pushed: string[] = [];
  await eventually(
    'the purge',
    async () => {
      pushed.push(await tree.commit({ 'b.txt': `${pushed.length}\n` }));
      await tree.ok('push', '-q', 'origin', 'main');
      const { body } = await alice.api<{ requested_at: string | null; purged_at: string | null }>('GET', PURGE);
      return body.requested_at === null && body.purged_at !== null;
    },
    100_000,
  );

  const after = await ways(slip);
  expect(after).toMatchObject({ page: 404, raw: 404, archive: 404 });
  expect(after['rest']).toBeGreaterThanOrEqual(400);
  expect(after['fetch']).not.toBe(0);
  const clone = await WorkTree.clone(mallory, PATH);
  expect(await clone.ok('rev-list', '--count', 'HEAD')).toBe(String(pushed.length + 1));
  await clone.ok('fsck', '--full');

  const log = await alice.api<{ action: string; actor: unknown }[]>('GET', `/api/v3/repos/${PATH}/audit`);
  expect(JSON.stringify(log.body)).toContain('repository.purge_unreachable');
}, 240_000);
