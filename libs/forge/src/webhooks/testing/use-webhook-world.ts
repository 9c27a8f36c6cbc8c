import { startDatabase, type TestDatabase } from '../../events/testing/database';
import type { Delivery, Webhook } from '../webhook';
import { startReceiver, type Receiver } from './receiver';
import { webhookWorld, type WebhookWorld } from './webhook-world';

export interface WebhookStage {
  postgres: TestDatabase;
  receiver: Receiver;
  world: WebhookWorld;
  deliveriesOf(hook: Webhook): Promise<Delivery[]>;
  /** Fails unless there is exactly one. */
  onlyDelivery(hook: Webhook): Promise<Delivery>;
}

/** A Postgres for the file; a receiver and a repository without webhooks for each of its tests. */
export function useWebhookWorld(): WebhookStage {
  const stage = {} as WebhookStage;
  stage.deliveriesOf = (hook) => stage.world.log.deliveries(stage.world.keyOf(hook), { limit: 50, offset: 0 });
  stage.onlyDelivery = async (hook) => {
    const all = await stage.deliveriesOf(hook);
    expect(all).toHaveLength(1);
    return all[0]!;
  };
  beforeAll(async () => {
    stage.postgres = await startDatabase();
  });
  afterAll(() => stage.postgres.stop());
  beforeEach(async () => {
    await stage.postgres.database.query('DELETE FROM webhooks');
    await stage.postgres.database.query('DELETE FROM outbox_events');
    stage.receiver = await startReceiver();
    stage.world = await webhookWorld({ database: stage.postgres.database });
  });
  afterEach(() => stage.receiver.close());
  return stage;
}
