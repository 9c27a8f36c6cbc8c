import { HandlerTable } from '@granary/job-queue';
import { until } from '../events/testing/database';
import { handlersWith, openQueue } from '../testing/queue';
import { useWebhookWorld } from './testing/use-webhook-world';
import { readerOf, webhookWorld } from './testing/webhook-world';
import { WebhookJobsService } from './webhook-jobs.service';

jest.setTimeout(60_000);
const stage = useWebhookWorld();

describe('fan-out', () => {
  it('makes a delivery for each active webhook that listens', async () => {
    const push = await stage.world.createHook(stage.receiver.url, { events: ['push'] });
    const everything = await stage.world.createHook(`${stage.receiver.url}?all`, { events: ['*'] });
    const creations = await stage.world.createHook(stage.receiver.url, { events: ['create'] });
    const off = await stage.world.createHook(`${stage.receiver.url}?off`);
    await stage.world.hooks.update(stage.world.keyOf(off), { active: false });
    await stage.world.happen(stage.world.push());
    const counts = await Promise.all(
      [push, everything, creations, off].map(async (hook) => (await stage.deliveriesOf(hook)).length),
    );
    expect(counts).toEqual([1, 1, 0, 0]);
  });

  it('run twice, at once or again, makes no second delivery', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    const id = await stage.world.record(stage.world.push());
    await Promise.all([stage.world.fanout.fanOut([id]), stage.world.fanout.fanOut([id])]);
    await stage.world.fanout.fanOut([id]);
    await stage.world.runJobs();
    expect(await stage.deliveriesOf(hook)).toHaveLength(1);
    expect(stage.receiver.received).toHaveLength(1);
  });

  it('killed before its jobs were enqueued, enqueues them when it runs again', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    const id = await stage.world.happen(stage.world.push());
    stage.world.jobs.length = 0;
    await stage.world.fanout.fanOut([id]);
    const { id: deliveryId } = await stage.onlyDelivery(hook);
    expect(stage.world.jobs).toEqual([
      expect.objectContaining({ jobId: `${deliveryId}-0`, payload: { deliveryId, attempt: 0 } }),
    ]);
  });

  it('asks git nothing where nobody listens', async () => {
    let asked = 0;
    const reader = readerOf(async () => (asked++, { commits: [], total: 0 }));
    stage.world = await webhookWorld({ database: stage.postgres.database, reader });
    await stage.world.happen(stage.world.push());
    await stage.world.createHook(stage.receiver.url, { events: ['create'] });
    await stage.world.happen(stage.world.push());
    expect(asked).toBe(0);
    await stage.world.createHook(stage.receiver.url, { events: ['push'] });
    await stage.world.happen(stage.world.push());
    expect(asked).toBeGreaterThan(0);
  });

  it('settles its event, so that it is not relayed again', async () => {
    const id = await stage.world.happen(stage.world.push());
    const [row] = await stage.postgres.database.query(
      'SELECT settled_at, settled_by FROM outbox_events WHERE id = $1',
      [id],
    );
    expect(row).toEqual({ settled_at: stage.world.clock.now(), settled_by: ['webhook.fanout'] });
  });

  it('says nothing of a deleted repository but that it was deleted', async () => {
    const hook = await stage.world.createHook(stage.receiver.url, { events: ['*'] });
    const base = { kind: 'repository', repositoryId: stage.world.repositoryId, actorUserId: null } as const;
    await stage.postgres.database.query('UPDATE repositories SET deleted_at = now() WHERE id = $1', [
      stage.world.repositoryId,
    ]);
    await stage.world.happen(stage.world.push());
    await stage.world.happen({ ...base, action: 'renamed' });
    await stage.world.happen({ ...base, action: 'deleted' });
    await stage.world.runJobs();
    expect((await stage.deliveriesOf(hook)).map(({ action, state }) => [action, state])).toEqual([
      ['deleted', 'delivered'],
    ]);
  });
});

it('works from the commit to the receiver on the real queue', async () => {
  const queue = await openQueue(stage.postgres.connection);
  stage.world = await webhookWorld({ database: stage.postgres.database, queue });
  const handlers = new HandlerTable();
  const { fanout, deliverer, sweep, relay } = stage.world;
  new WebhookJobsService(fanout, deliverer, sweep, relay, handlers);
  await queue.startWorkers({ handlers: handlersWith(handlers.all()) });
  stage.world.relay.start();
  const hook = await stage.world.createHook(stage.receiver.url, { events: ['push'] });
  await stage.world.record(stage.world.push());
  await until(async () =>
    (await stage.deliveriesOf(hook)).some(({ event, state }) => event === 'push' && state === 'delivered'),
  );
  await stage.world.relay.stop();
  await queue.close({ graceMs: 5_000 });
  expect(stage.receiver.received.map(({ headers }) => headers['x-github-event'])).toContain('push');
});
