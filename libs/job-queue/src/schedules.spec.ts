import { JobQueue } from './job-queue';
import { OutageLog } from './log';
import type { Backend } from './backend';
import { openPostgresBackend } from './postgres-backend';
import { openRedisBackend } from './redis-backend';
import { Schedules } from './schedules';
import { CATALOGUE } from './testing/jobs';
import { handlersWith, recordedLog, until } from './testing/observe';
import { postgresServer, redisServer, type TestServer } from './testing/servers';

jest.setTimeout(60_000);

describe.each([
  ['Postgres', async () => postgresServer()],
  ['Redis', redisServer],
])('recurring jobs on %s', (_name, createServer) => {
  let server: TestServer;
  let backend: Backend;
  const log = recordedLog();

  beforeAll(async () => {
    server = await createServer();
    await server.start();
    const { connection } = server;
    const outage = new OutageLog(log, 'test');
    backend =
      'redisUrl' in connection
        ? await openRedisBackend(connection.redisUrl, outage)
        : await openPostgresBackend(CATALOGUE.queueNames.length, connection.postgres, outage);
  });
  afterAll(async () => {
    await backend.close();
    await server.dispose();
  });

  it('run by themselves, each occurrence once over all processes', async () => {
    const ran: string[] = [];
    const handlers = handlersWith({
      'box.empty': async ({ id }) => void ran.push(id),
      'house.count': async ({ id }) => void ran.push(id),
    });
    const processes = [1, 2].map(() => JobQueue.open({ catalogue: CATALOGUE, connection: server.connection, log }));
    for (const queue of await Promise.all(processes)) await queue.startWorkers({ handlers });
    await until(() => ran.some((id) => id.includes('box.empty')) && ran.some((id) => id.includes('house.count')));
    for (const queue of await Promise.all(processes)) await queue.close({ graceMs: 5_000 });
    expect(new Set(ran).size).toBe(ran.length);
  });

  it('come back after the queue lost them, with the interval of the catalogue, and foreign ones go', async () => {
    const store = backend.openStore('house', {});
    await store.removeJobScheduler('box.empty');
    await store.upsertJobScheduler('house.sweep', { every: 5_000 }, { name: 'house.sweep', data: {} });
    await store.upsertJobScheduler('long.gone', { every: 5_000 }, { name: 'long.gone', data: {} });
    const schedules = new Schedules(CATALOGUE, () => store, log);
    await schedules.assertAll();
    const known = await store.getJobSchedulers();
    const wanted = CATALOGUE.jobNames.flatMap((name) => {
      const { everySeconds } = CATALOGUE.policy(name);
      return everySeconds === undefined ? [] : [[name, everySeconds * 1000] as const];
    });
    expect(new Map(known.map(({ key, every }) => [key, every]))).toEqual(new Map<string, number | undefined>(wanted));
    expect(wanted).toContainEqual(['box.empty', 60_000]);
    await store.close();
  });

  it('are left alone while they are as they should be', async () => {
    const store = backend.openStore('house', {});
    const schedules = new Schedules(CATALOGUE, () => store, log);
    await schedules.assertAll();
    const upserted = jest.spyOn(store, 'upsertJobScheduler');
    await schedules.assertAll();
    expect(upserted).not.toHaveBeenCalled();
    await store.close();
  });
});
