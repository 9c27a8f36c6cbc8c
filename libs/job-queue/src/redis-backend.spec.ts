import { randomUUID } from 'node:crypto';
import { JobQueue } from './job-queue';
import { handlersWith, recordedLog, until } from './testing/observe';
import { redisServer } from './testing/servers';

it('starts without Redis, and works as soon as Redis is there', async () => {
  const server = await redisServer();
  const log = recordedLog();
  const queue = await JobQueue.open({ connection: server.connection, log });
  const ran: string[] = [];
  await queue.startWorkers({
    handlers: handlersWith({
      'webhook.fanout': async ({ payload }) => void ran.push(payload.eventId),
      'webhook.sweep': async () => void ran.push('sweep'),
    }),
  });
  await expect(queue.check()).rejects.toMatchObject({ code: 'unavailable' });
  await server.start();
  await until(() =>
    queue.check().then(
      () => true,
      () => false,
    ),
  );
  const eventId = randomUUID();
  await queue.enqueue('webhook.fanout', { eventId });
  await until(() => ran.includes(eventId) && ran.includes('sweep') && log.lines.length > 1);
  await queue.close({ graceMs: 1_000 });
  await server.dispose();
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
}, 30_000);
