import { FailedEventsService } from '../events';
import { useWebhookWorld } from './testing/use-webhook-world';
import { commit, readerOf, webhookWorld } from './testing/webhook-world';

jest.setTimeout(60_000);
const stage = useWebhookWorld();
const ODD = 'd'.repeat(40);

it('an event that cannot be made keeps none of its neighbours back, is given up with its reason, and can be tried again', async () => {
  let isMended = false;
  const reader = readerOf(async (_repository, { after }) => {
    if (after === ODD && !isMended) throw new Error('git printed something odd');
    return { commits: [commit(after)], total: 1 };
  });
  stage.world = await webhookWorld({ database: stage.postgres.database, reader });
  const { world } = stage;
  const hook = await world.createHook(stage.receiver.url);
  const ids = [
    await world.record(world.push()),
    await world.record(world.push({ after: ODD })),
    await world.record(world.push()),
  ];
  for (let tries = 1; tries < 8; tries++) {
    await expect(world.fanout.fanOut(ids)).rejects.toThrow('git printed something odd');
  }
  await world.fanout.fanOut(ids);
  expect(await stage.deliveriesOf(hook)).toHaveLength(2);

  const failed = new FailedEventsService(stage.postgres.database, world.relay, world.clock);
  const ours = (await failed.list(100)).filter(({ id }) => ids.includes(id));
  expect(ours).toMatchObject([{ id: ids[1], kind: 'push', reason: 'git printed something odd', times: 8 }]);

  isMended = true;
  await failed.retry(ids[1] ?? '');
  await world.fanout.fanOut(ids);
  expect(await stage.deliveriesOf(hook)).toHaveLength(3);
});
