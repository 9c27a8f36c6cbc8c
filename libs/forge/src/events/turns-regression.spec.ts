import { randomUUID } from 'node:crypto';
import type { JobRequest } from '@granary/job-queue';
import { Logger } from '@nestjs/common';
import type { PushEvent } from './event';
import { EventsService } from './events.service';
import { OutboxRelay } from './outbox-relay';
import { Subscriptions } from './subscriptions';
import { createRepository, startDatabase, testClock, type TestDatabase } from './testing/database';
import type { EventJobs } from './jobs';

jest.setTimeout(60_000);
Logger.overrideLogger(false);

let postgres: TestDatabase;
const clock = testClock();
let events: EventsService;

beforeAll(async () => {
  postgres = await startDatabase();
  events = new EventsService(postgres.database, clock);
});
afterAll(() => postgres.stop());
beforeEach(() => postgres.database.query('DELETE FROM outbox_events'));

const push = (repositoryId: number): PushEvent => ({
  kind: 'push',
  repositoryId,
  pushId: randomUUID(),
  actorUserId: null,
  ref: 'refs/heads/main',
  before: 'a'.repeat(40),
  after: 'b'.repeat(40),
  created: false,
  deleted: false,
});
const pushRefs = (repositoryId: number, count: number) =>
  postgres.database.transaction((manager) =>
    events.recordAll(
      manager,
      Array.from({ length: count }, () => push(repositoryId)),
    ),
  );

function relayFor(listening: readonly number[], of: { asked: number } = { asked: 0 }) {
  const jobs: JobRequest<EventJobs>[] = [];
  const subscriptions = new Subscriptions();
  subscriptions.add({
    job: 'webhook.fanout',
    kinds: ['push'],
    heard: async (_manager, waiting) => {
      of.asked++;
      return new Set(waiting.filter((event) => listening.includes(event.repositoryId)).map(({ id }) => id));
    },
  });
  const queue = { enqueueMany: async (more: readonly JobRequest<EventJobs>[]) => void jobs.push(...more) };
  return { jobs, relay: new OutboxRelay(postgres.database, subscriptions, queue, clock) };
}

const eventsOf = (jobs: readonly JobRequest<EventJobs>[]) =>
  jobs.flatMap(({ payload }) => {
    const { eventId, others = [] } = payload as { eventId: string; others?: string[] };
    return [eventId, ...others];
  });

it('a push of thousands of refs that nobody listens to makes no job, and is settled in few statements', async () => {
  const { repositoryId: quiet } = await createRepository(postgres.database);
  await pushRefs(quiet, 5_000);
  const asked = { asked: 0 };
  const { jobs, relay } = relayFor([], asked);
  expect(await relay.relayAll()).toBe(5_000);
  expect(jobs).toEqual([]);
  expect(asked.asked).toBe(20);
  const [{ open }] = await postgres.database.query(
    'SELECT count(*)::integer AS open FROM outbox_events WHERE settled_at IS NULL',
  );
  expect(open).toBe(0);
});

it("a push of thousands of refs that somebody listens to keeps no other repository's event waiting", async () => {
  const { repositoryId: crowded } = await createRepository(postgres.database);
  const { repositoryId: other } = await createRepository(postgres.database);
  await pushRefs(crowded, 3_000);
  const { jobs, relay } = relayFor([crowded, other]);
  await relay.relayAll();
  expect(eventsOf(jobs)).toHaveLength(100);
  expect(jobs).toHaveLength(4);

  const [theirs = ''] = await pushRefs(other, 1);
  jobs.length = 0;
  await relay.relayAll();
  expect(eventsOf(jobs)).toEqual([theirs]);
});

it('goes on with the crowd as its events are settled, in their order, until none is left', async () => {
  const { repositoryId } = await createRepository(postgres.database);
  const ids = await pushRefs(repositoryId, 260);
  const { jobs, relay } = relayFor([repositoryId]);
  const seen: string[] = [];
  for (let round = 0; round < 3; round++) {
    await relay.relayAll();
    const handed = eventsOf(jobs.splice(0));
    seen.push(...handed);
    for (const id of handed) {
      const recorded = await events.find(id);
      await postgres.database.transaction((manager) => events.settle(manager, recorded!, 'webhook.fanout'));
    }
  }
  expect(seen).toEqual(ids);
});

it('repositories that may not have more keep those behind them no turn', async () => {
  const full: number[] = [];
  for (let i = 0; i < 3; i++) full.push((await createRepository(postgres.database)).repositoryId);
  const { repositoryId: last } = await createRepository(postgres.database);
  for (const repositoryId of full) await pushRefs(repositoryId, 150);
  const { jobs, relay } = relayFor([...full, last]);
  await relay.relayAll();
  await pushRefs(last, 2);
  jobs.length = 0;
  await relay.relayAll();
  expect(eventsOf(jobs)).toHaveLength(2);
});

it('an event that fails eight times is given up with its reason, and makes room for others', async () => {
  const { repositoryId } = await createRepository(postgres.database);
  const [id = ''] = await pushRefs(repositoryId, 1);
  const outcomes: boolean[] = [];
  for (let i = 0; i < 8; i++) outcomes.push(await events.noteFailure(id, new Error('cannot be made')));
  expect(outcomes).toEqual([...Array<boolean>(7).fill(false), true]);
  expect(await events.find(id)).toBeNull();
  clock.advance(3_600_000);
  const { jobs, relay } = relayFor([repositoryId]);
  await relay.relayAll();
  expect(jobs).toEqual([]);
  const [row] = await postgres.database.query('SELECT failure, failed_at FROM outbox_events WHERE id = $1', [id]);
  expect(row).toMatchObject({ failure: 'cannot be made', failed_at: expect.any(Date) });
});
