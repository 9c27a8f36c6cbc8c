import { join } from 'node:path';
import { Hub, startHub, workspace } from '../support';
import { startDatabase } from '../support/database';

let database: Awaited<ReturnType<typeof startDatabase>>;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.stop());

/** What is said at the end, without the lines of progress. */
const lastWords = ({ process: { stderr } }: Hub) => stderr.trim().split('\n').slice(-2).join(' ');

it('lets three first starts at once on an empty database all succeed, and strangers and second hubs in nowhere', async () => {
  const dataDir = join(workspace('together'), 'data');
  const env = { DATABASE_URL: database.url };
  const start = (options: { dataDir: string; mode: string }) =>
    Hub.launchOnly({ ssh: false, dataDir: options.dataDir, env: { ...env, GRANARY_MODE: options.mode } });
  const first = await Promise.all([1, 2, 3].map(() => start({ dataDir, mode: 'web' })));
  await Promise.all(first.map((hub) => hub.ready()));
  const alice = await first[0]!.actor('alice');
  await alice.createRepository('shared');
  const throughAnother = ['ls-remote', `${first[2]!.url}/alice/shared.git`];
  expect((await alice.gitOk(throughAnother, { env: alice.tokenForAnyAddress })).trim()).toBe('');

  const stranger = await start({ dataDir: join(workspace('elsewhere'), 'data'), mode: 'all' });
  expect(await stranger.process.exit()).toBe(1);
  expect(lastWords(stranger)).toMatch(/The database belongs to another data directory.*GRANARY_DATA_DIR/);
  expect(stranger.process.stderr).not.toContain('    at ');

  const working = await startHub({ ssh: false, dataDir, env });
  const second = await start({ dataDir, mode: 'all' });
  expect(await second.process.exit()).toBe(1);
  expect(lastWords(second)).toContain(`Another hub (process ${working.process.pid})`);
  expect((await fetch(`${working.url}/health/ready`)).status).toBe(200);
});
