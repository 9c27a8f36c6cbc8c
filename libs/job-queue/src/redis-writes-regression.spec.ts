import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { JobQueue } from './job-queue';
import { CATALOGUE } from './testing/jobs';
import { handlersWith, recordedLog, until } from './testing/observe';
import { redisServer } from './testing/servers';

it('a Redis that takes no writes is not ready, told once, and used again when it takes them', async () => {
  const server = await redisServer();
  await server.start();
  if (!('redisUrl' in server.connection)) throw new Error('not Redis');
  const admin = new Redis(server.connection.redisUrl);
  const log = recordedLog();
  const queue = await JobQueue.open({ catalogue: CATALOGUE, connection: server.connection, log });
  const ran: string[] = [];
  await queue.startWorkers({
    handlers: handlersWith({ 'letter.carry': async ({ id }) => void ran.push(id) }),
  });
  await queue.check();

  await admin.config('SET', 'maxmemory', '1');
  await expect(queue.check()).rejects.toMatchObject({ code: 'unavailable' });
  const job = ['letter.carry', { houseId: 1, attempt: 0 }, { jobId: randomUUID() }] as const;
  await expect(queue.enqueue(...job)).rejects.toMatchObject({ code: 'unavailable' });

  await admin.config('SET', 'maxmemory', '0');
  await queue.check();
  await queue.enqueue(...job);
  await until(() => ran.length === 1 && log.lines.length === 2);
  await queue.close({ graceMs: 1_000 });
  admin.disconnect();
  await server.dispose();
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
}, 30_000);
