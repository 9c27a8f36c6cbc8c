import { DomainError } from '@granary/kernel';
import { until } from '../events/testing/database';
import { useWebhookWorld } from './testing/use-webhook-world';
import { webhookWorld } from './testing/webhook-world';

jest.setTimeout(60_000);
const SECOND = 1_000;
const HOUR = 3_600_000;
const stage = useWebhookWorld();

describe('a try', () => {
  it('is made once, however many jobs ask for it', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    const { id: deliveryId } = await stage.onlyDelivery(hook);
    const { signal } = new AbortController();
    const once = () => stage.world.deliverer.deliver({ deliveryId, attempt: 0 }, signal);
    await Promise.all([once(), once(), once()]);
    await once();
    expect(stage.receiver.received).toHaveLength(1);
  });

  it('that is aborted counts for nothing and is made again', async () => {
    stage.receiver.answers.push(null);
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    const { id: deliveryId } = await stage.onlyDelivery(hook);
    const stop = new AbortController();
    const stopped = stage.world.deliverer.deliver({ deliveryId, attempt: 0 }, stop.signal);
    await until(() => stage.receiver.received.length === 1);
    stop.abort(new Error('the process stops'));
    await expect(stopped).rejects.toThrow('the process stops');
    expect(await stage.onlyDelivery(hook)).toMatchObject({ state: 'pending', attempts: 0 });
    await stage.world.runJobs();
    expect(await stage.onlyDelivery(hook)).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('that a killed process left is made again by the sweep, as another try of the same delivery', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    stage.world.jobs.length = 0;
    const claimed = new Date(stage.world.clock.now().getTime() + 60 * SECOND);
    await stage.postgres.database.query(
      'UPDATE webhook_deliveries SET attempts = 1, next_attempt_at = $2 WHERE webhook_id = $1',
      [hook.id, claimed],
    );
    stage.world.clock.advance(61 * SECOND);
    await stage.world.sweep.sweep();
    expect(stage.world.jobs).toEqual([]);
    stage.world.clock.advance(60 * SECOND);
    await stage.world.sweep.sweep();
    await stage.world.runJobs();
    expect(await stage.onlyDelivery(hook)).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  it('that was the last one and broke off leaves a dead letter', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    stage.world.jobs.length = 0;
    await stage.postgres.database.query('UPDATE webhook_deliveries SET attempts = 10 WHERE webhook_id = $1', [hook.id]);
    stage.world.clock.advance(HOUR);
    await stage.world.sweep.sweep();
    expect(stage.world.jobs).toEqual([]);
    expect(await stage.onlyDelivery(hook)).toMatchObject({ state: 'dead', statusText: 'the last try broke off' });
  });

  it('goes unsent, with a reason, when the secret was sealed under another key', async () => {
    const hook = await stage.world.createHook(stage.receiver.url, { secret: 's' });
    await stage.postgres.database.query(`UPDATE webhooks SET secret_encrypted = '\\x0102' WHERE id = $1`, [hook.id]);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    expect(stage.receiver.received).toEqual([]);
    expect((await stage.onlyDelivery(hook)).statusText).toMatch(/secret cannot be read/);
  });
});

describe('when the queue forgets', () => {
  it('the sweep enqueues what is overdue, and only that', async () => {
    stage.receiver.answers.push({ status: 500 });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    stage.world.jobs.length = 0;
    const { id, nextAttemptAt } = await stage.onlyDelivery(hook);
    stage.world.clock.set(nextAttemptAt!);
    await stage.world.sweep.sweep();
    expect(stage.world.jobs).toEqual([]);
    stage.world.clock.advance(61 * SECOND);
    await stage.world.sweep.sweep();
    expect(stage.world.jobs).toEqual([expect.objectContaining({ jobId: `${id}-1` })]);
    await stage.world.runJobs();
    stage.world.clock.advance(HOUR);
    await stage.world.sweep.sweep();
    expect(stage.world.jobs).toEqual([]);
  });

  it('or is down, a failed try is still recorded, and tried again by the sweep', async () => {
    let down = false;
    const jobs: unknown[] = [];
    stage.world = await webhookWorld({
      database: stage.postgres.database,
      queue: {
        enqueueMany: async (more) => {
          if (down && more.length > 0) throw new DomainError('unavailable', 'the job queue does not answer');
          jobs.push(...more);
        },
      },
    });
    stage.receiver.answers.push({ status: 500 });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    down = true;
    const { id: deliveryId } = await stage.onlyDelivery(hook);
    await stage.world.deliverer.deliver({ deliveryId, attempt: 0 }, new AbortController().signal);
    expect(await stage.onlyDelivery(hook)).toMatchObject({ state: 'failed', attempts: 1 });
    await expect(stage.world.sweep.sweep()).resolves.toBeUndefined();
    stage.world.clock.advance(HOUR);
    await expect(stage.world.sweep.sweep()).rejects.toMatchObject({ code: 'unavailable' });
    down = false;
    jobs.length = 0;
    await stage.world.sweep.sweep();
    expect(jobs).toEqual([expect.objectContaining({ jobId: `${deliveryId}-1` })]);
  });
});

it('forgets what was settled a month ago', async () => {
  stage.receiver.answers.push({ status: 200 }, { status: 500 });
  const hook = await stage.world.createHook(stage.receiver.url);
  await stage.world.happen(stage.world.push());
  await stage.world.happen(stage.world.push());
  await stage.world.runJobs();
  stage.world.clock.advance(31 * 24 * HOUR);
  await stage.world.sweep.prune();
  expect((await stage.deliveriesOf(hook)).map(({ state }) => state)).toEqual(['failed']);
});
