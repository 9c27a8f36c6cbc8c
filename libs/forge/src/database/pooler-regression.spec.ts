import { ENTITIES } from '../entities';
import { startDatabase, until, type TestDatabase } from '../events/testing/database';
import { handlersWith, openQueue } from '../testing/queue';
import { openDatabase } from './data-source';
import { startPgbouncer } from './testing/pgbouncer';

jest.setTimeout(60_000);

let server: TestDatabase;
beforeAll(async () => void (server = await startDatabase()));
afterAll(() => server.stop());

const open = (url: string) => openDatabase({ connectionString: url }, ENTITIES, { onPoolError: () => undefined });

it('the hub works behind pgbouncer in session mode as it comes: migrations, queries, jobs', async () => {
  const pooler = await startPgbouncer(server.connection, 'session');
  const database = await open(pooler.url);
  expect(await database.query('SELECT count(*)::integer AS n FROM repositories')).toEqual([{ n: 0 }]);
  const queue = await openQueue({ connectionString: pooler.url });
  const ran: number[] = [];
  await queue.startWorkers({
    handlers: handlersWith({ 'webhook.deliver': async ({ payload }) => void ran.push(payload.deliveryId) }),
  });
  await queue.check();
  await queue.enqueue('webhook.deliver', { deliveryId: 7, attempt: 0 });
  await until(() => ran.includes(7));
  await queue.close({ graceMs: 1_000 });
  await database.destroy();
  await pooler.stop();
});

it.each(['transaction', 'statement'] as const)('pgbouncer in %s mode is refused in one line', async (mode) => {
  const pooler = await startPgbouncer(server.connection, mode);
  await expect(open(pooler.url)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'DATABASE_URL leads to a pooler in transaction mode, which the hub cannot work behind.',
    hint: expect.stringContaining('pool_mode = session'),
  });
  await pooler.stop();
});
