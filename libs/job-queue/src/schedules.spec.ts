import { JOB_NAMES, jobPolicy } from './catalogue';
import { JobQueue } from './job-queue';
import { OutageLog } from './log';
import type { Backend } from './backend';
import { openPostgresBackend } from './postgres-backend';
import { openRedisBackend } from './redis-backend';
import { Schedules } from './schedules';
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
        : await openPostgresBackend(connection.postgres, outage);
  });
  afterAll(async () => {
    await backend.close();
    await server.dispose();
  });

  it('run by themselves, each occurrence once over all processes', async () => {
    const ran: string[] = [];
    const handlers = handlersWith({
      'webhook.sweep': async ({ id }) => void ran.push(id),
      'outbox.prune': async ({ id }) => void ran.push(id),
    });
    const processes = [1, 2].map(() => JobQueue.open({ connection: server.connection, log }));
    for (const queue of await Promise.all(processes)) await queue.startWorkers({ handlers });
    await until(() => ran.some((id) => id.includes('webhook.sweep')) && ran.some((id) => id.includes('outbox.prune')));
    for (const queue of await Promise.all(processes)) await queue.close({ graceMs: 5_000 });
    expect(new Set(ran).size).toBe(ran.length);
  });

  it('come back after the queue lost them, with the interval of the catalogue, and foreign ones go', async () => {
    const maintenance = backend.openStore('maintenance', {});
    await maintenance.removeJobScheduler('webhook.sweep');
    await maintenance.upsertJobScheduler('webhook.prune', { every: 5_000 }, { name: 'webhook.prune', data: {} });
    await maintenance.upsertJobScheduler('long.gone', { every: 5_000 }, { name: 'long.gone', data: {} });
    const schedules = new Schedules(() => maintenance, log);
    await schedules.assertAll();
    const known = await maintenance.getJobSchedulers();
    const wanted = JOB_NAMES.flatMap((name) => {
      const { everySeconds } = jobPolicy(name);
      return everySeconds === undefined ? [] : [[name, everySeconds * 1000] as const];
    });
    expect(new Map(known.map(({ key, every }) => [key, every]))).toEqual(new Map<string, number | undefined>(wanted));
    expect(wanted).toContainEqual(['webhook.sweep', 60_000]);
    await maintenance.close();
  });

  it('are left alone while they are as they should be', async () => {
    const maintenance = backend.openStore('maintenance', {});
    const schedules = new Schedules(() => maintenance, log);
    await schedules.assertAll();
    const upserted = jest.spyOn(maintenance, 'upsertJobScheduler');
    await schedules.assertAll();
    expect(upserted).not.toHaveBeenCalled();
    await maintenance.close();
  });
});
