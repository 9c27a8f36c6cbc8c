import { randomUUID } from 'node:crypto';
import { JobQueue } from './job-queue';
import { CATALOGUE } from './testing/jobs';
import { handlersWith, recordedLog, until } from './testing/observe';
import { redisServer } from './testing/servers';

it('starts without Redis, and works as soon as Redis is there', async () => {
  const server = await redisServer();
  const log = recordedLog();
  const queue = await JobQueue.open({ catalogue: CATALOGUE, connection: server.connection, log });
  const ran: string[] = [];
  await queue.startWorkers({
    handlers: handlersWith({
      'letter.sort': async ({ payload }) => void ran.push(payload.letterId),
      'box.empty': async () => void ran.push('sweep'),
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
  const letterId = randomUUID();
  await queue.enqueue('letter.sort', { letterId });
  await until(() => ran.includes(letterId) && ran.includes('sweep') && log.lines.length > 1);
  await queue.close({ graceMs: 1_000 });
  await server.dispose();
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
}, 30_000);
