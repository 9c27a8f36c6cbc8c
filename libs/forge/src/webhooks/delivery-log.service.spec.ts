import { useWebhookWorld } from './testing/use-webhook-world';
import type { Webhook } from './webhook';

jest.setTimeout(60_000);
const HOUR = 3_600_000;
const stage = useWebhookWorld();

describe('sending again', () => {
  async function deadLetter(hook: Webhook) {
    stage.receiver.answers.push({ status: 410 });
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    await stage.world.hooks.update(stage.world.keyOf(hook), { active: true });
    return (await stage.deliveriesOf(hook))[0]!;
  }

  it('makes a new delivery with the same guid and the same bytes', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    const dead = await deadLetter(hook);
    const again = await stage.world.log.redeliver(stage.world.keyOf(hook), dead.id);
    expect(again).toMatchObject({ guid: dead.guid, redelivery: true, state: 'pending', attempts: 0 });
    expect(again.id).not.toBe(dead.id);
    await stage.world.runJobs();
    const [first, second] = stage.receiver.received;
    expect(second!.headers['x-github-delivery']).toBe(first!.headers['x-github-delivery']);
    expect(second!.body.equals(first!.body)).toBe(true);
    expect((await stage.deliveriesOf(hook)).map(({ id, state }) => [id, state])).toEqual([
      [again.id, 'delivered'],
      [dead.id, 'dead'],
    ]);
  });

  it('is refused while the webhook is switched off', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    const dead = await deadLetter(hook);
    await stage.world.hooks.update(stage.world.keyOf(hook), { active: false });
    await expect(stage.world.log.redeliver(stage.world.keyOf(hook), dead.id)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('replays the dead letters of a span, each once and none that has arrived', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    const key = stage.world.keyOf(hook);
    const early = await deadLetter(hook);
    stage.world.clock.advance(HOUR);
    const since = stage.world.clock.now();
    const arrived = await deadLetter(hook);
    await stage.world.log.redeliver(key, arrived.id);
    await stage.world.runJobs();
    const lost = await deadLetter(hook);
    const span = { since, until: stage.world.clock.now() };
    stage.receiver.received.length = 0;
    expect(await stage.world.log.redeliverDead(key, span)).toBe(1);
    await stage.world.runJobs();
    expect(await stage.world.log.redeliverDead(key, span)).toBe(0);
    expect(stage.receiver.received.map(({ headers }) => headers['x-github-delivery'])).toEqual([lost.guid]);
    expect(early.guid).not.toBe(lost.guid);
  });
});
