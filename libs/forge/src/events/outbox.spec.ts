import { randomUUID } from 'node:crypto';
import type { JobQueue, JobRequest } from '@granary/job-queue';
import { DomainError } from '@granary/kernel';
import { Logger } from '@nestjs/common';
import type { HubEvent, PushEvent } from './event';
import { EventsService } from './events.service';
import { OutboxRelay } from './outbox-relay';
import { Subscriptions, type WaitingEvent } from './subscriptions';
import { createRepository, startDatabase, testClock, until, type TestDatabase } from './testing/database';
import { handlersWith, openQueue } from '../testing/queue';
import type { EventJobs } from './jobs';

jest.setTimeout(60_000);
Logger.overrideLogger(false);

const OID = 'a'.repeat(40);
const LONG_MS = 3_600_000;

let postgres: TestDatabase;
let repositoryId: number;
let clock = testClock();
let events: EventsService;

beforeAll(async () => {
  postgres = await startDatabase();
  ({ repositoryId } = await createRepository(postgres.database));
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await postgres.database.query('DELETE FROM outbox_events');
  clock = testClock();
  events = new EventsService(postgres.database, clock);
});

const push = (more: Partial<PushEvent> = {}): PushEvent => ({
  kind: 'push',
  repositoryId,
  pushId: randomUUID(),
  actorUserId: null,
  ref: 'refs/heads/main',
  before: OID,
  after: 'b'.repeat(40),
  created: false,
  deleted: false,
  ...more,
});
const record = (event: HubEvent = push()) => postgres.database.transaction((manager) => events.record(manager, event));

/** A queue that keeps what it is given, after `accept` had a look. */
function keepingQueue(accept: (jobs: readonly JobRequest<EventJobs>[]) => Promise<void> = async () => undefined) {
  const jobs: JobRequest<EventJobs>[] = [];
  return {
    jobs,
    ids: () => jobs.map(({ jobId }) => jobId),
    enqueueMany: async (more: readonly JobRequest<EventJobs>[]) => {
      await accept(more);
      jobs.push(...more);
    },
  };
}
/** Somebody listens to every event but those in `unheard`. */
function subscriptions(unheard: (event: WaitingEvent) => boolean = () => false): Subscriptions {
  const all = new Subscriptions();
  all.add({
    job: 'webhook.fanout',
    kinds: ['push', 'create', 'delete', 'repository', 'ping'],
    heard: async (_manager, waiting) => new Set(waiting.filter((event) => !unheard(event)).map(({ id }) => id)),
  });
  return all;
}
const relayTo = (queue: Pick<JobQueue<EventJobs>, 'enqueueMany'>, listeners = subscriptions()) =>
  new OutboxRelay(postgres.database, listeners, queue, clock);
/** The ids of all events of the jobs, in their order. */
const eventIds = (jobs: readonly JobRequest<EventJobs>[]) =>
  jobs.flatMap(({ payload }) => {
    const { eventId, others = [] } = payload as { eventId: string; others?: string[] };
    return [eventId, ...others];
  });
const unavailable = () => new DomainError('unavailable', 'the job queue does not answer');

describe('recording', () => {
  it('writes the event with what caused it, or not at all', async () => {
    const id = await record();
    const undone = postgres.database.transaction(async (manager) => {
      await events.record(manager, push());
      throw new Error('the cause failed');
    });
    await expect(undone).rejects.toThrow('the cause failed');
    const rows = await postgres.database.query('SELECT id FROM outbox_events');
    expect(rows).toEqual([{ id }]);
  });

  it('gives back what was recorded', async () => {
    const event = push({ forced: true, actorUserId: 7 });
    const id = await record(event);
    expect(await events.find(id)).toEqual({ id, event, createdAt: clock.now() });
    expect(await events.find(randomUUID())).toBeNull();
  });

  it.each([
    ['a ref that is none', { ref: 'main' }],
    ['a commit that is none', { after: 'HEAD' }],
    ['a repository that is none', { repositoryId: 0 }],
  ])('refuses %s', async (_what, fault) => {
    await expect(record(push(fault))).rejects.toThrow();
    expect(await postgres.database.query('SELECT 1 FROM outbox_events')).toEqual([]);
  });
});

describe('the relay', () => {
  it('hands every event over once, in order, in jobs whose ids follow from their events', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 60; i++) ids.push(await record());
    const queue = keepingQueue();
    expect(await relayTo(queue).relayAll()).toBe(60);
    expect(eventIds(queue.jobs)).toEqual(ids);
    expect(await relayTo(queue).relayAll()).toBe(0);
    await postgres.database.query('UPDATE outbox_events SET relayed_at = NULL');
    const again = keepingQueue();
    await relayTo(again).relayAll();
    expect(again.ids()).toEqual(queue.ids());
    expect(new Set(queue.ids()).size).toBe(3);
  });

  it('hands a single event over under its own id', async () => {
    const id = await record();
    const queue = keepingQueue();
    await relayTo(queue).relayAll();
    expect(queue.jobs).toEqual([{ name: 'webhook.fanout', payload: { eventId: id }, jobId: id }]);
  });

  it('finds what a process recorded that was killed right after its commit', async () => {
    const id = await record();
    const queue = keepingQueue();
    const relay = relayTo(queue);
    relay.start();
    await until(() => queue.jobs.length > 0);
    await relay.stop();
    expect(queue.ids()).toEqual([id]);
  });

  it('hands an event over again when it was killed before its mark', async () => {
    const id = await record();
    const first = keepingQueue();
    const killed = relayTo({
      enqueueMany: async (jobs) => {
        await first.enqueueMany(jobs);
        throw new Error('killed');
      },
    });
    await expect(killed.relayAll()).rejects.toThrow('killed');
    const second = keepingQueue();
    await relayTo(second).relayAll();
    expect([first.ids(), second.ids()]).toEqual([[id], [id]]);
  });

  it('shares the work with other relays, and none takes what another has in hand', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) ids.push(await record());
    let holding = () => undefined as void;
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (holding = resolve));
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow = keepingQueue(() => {
      holding();
      return gate;
    });
    const fast = keepingQueue();
    const slowly = relayTo(slow).relayAll();
    await held;
    const other = await record();
    expect(await relayTo(fast).relayAll()).toBe(1);
    release();
    await slowly;
    expect([...eventIds(slow.jobs), ...eventIds(fast.jobs)]).toEqual([...ids, other]);
  });

  it('is woken by a nudge', async () => {
    const queue = keepingQueue();
    const relay = relayTo(queue);
    relay.start({ tickMs: LONG_MS });
    await record();
    relay.nudge();
    await until(() => queue.jobs.length === 1);
    await record();
    relay.nudge();
    await until(() => queue.jobs.length === 2);
    await relay.stop();
  });

  it('wakes by itself', async () => {
    const queue = keepingQueue();
    const relay = relayTo(queue);
    relay.start({ tickMs: 20 });
    await record();
    await until(() => queue.jobs.length === 1);
    await relay.stop();
  });

  it('keeps the events while the queue is down, and goes on when it is back', async () => {
    let down = true;
    let refusals = 0;
    const queue = keepingQueue(async () => {
      if (!down) return;
      refusals++;
      throw unavailable();
    });
    const id = await record();
    const relay = relayTo(queue);
    relay.start({ tickMs: 20 });
    await until(() => refusals > 0);
    down = false;
    await until(() => queue.jobs.length > 0);
    await relay.stop();
    expect(queue.ids()).toEqual([id]);
  });

  it('does not hammer a queue that is down, however often it is nudged', async () => {
    let refusals = 0;
    const relay = relayTo(
      keepingQueue(async () => {
        refusals++;
        throw unavailable();
      }),
    );
    await record();
    relay.start({ tickMs: 1 });
    await until(() => refusals === 1);
    for (let i = 0; i < 50; i++) {
      relay.nudge();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await relay.stop();
    expect(refusals).toBe(1);
  });
});

describe('an event that the queue forgot', () => {
  const relayAgain = async () => {
    const queue = keepingQueue();
    await relayTo(queue).relayAll();
    return queue.ids();
  };
  const settle = async (id: string) => {
    const recorded = await events.find(id);
    await postgres.database.transaction((manager) => events.settle(manager, recorded!, 'webhook.fanout'));
  };

  it('is handed over again until somebody has dealt with it', async () => {
    const id = await record();
    expect(await relayAgain()).toEqual([id]);
    clock.advance(9 * 60_000);
    expect(await relayAgain()).toEqual([]);
    clock.advance(2 * 60_000);
    expect(await relayAgain()).toEqual([id]);
    await settle(id);
    await settle(id);
    clock.advance(LONG_MS);
    expect(await relayAgain()).toEqual([]);
  });

  it('is left alone after a week', async () => {
    await record();
    await relayAgain();
    clock.advance(8 * 86_400_000);
    expect(await relayAgain()).toEqual([]);
  });
});

describe('pruning', () => {
  it("drops what is older than 30 days, but no repository's last push", async () => {
    await record();
    await record({ kind: 'ping', repositoryId, actorUserId: null, hookId: 1 });
    const last = await record();
    clock.advance(31 * 86_400_000);
    const young = await record({ kind: 'repository', repositoryId, actorUserId: null, action: 'renamed' });
    await events.prune();
    const rows = await postgres.database.query<{ id: string }[]>('SELECT id FROM outbox_events ORDER BY sequence');
    expect(rows.map(({ id }) => id)).toEqual([last, young]);
  });
});

describe('with the real queue', () => {
  it('runs the job of an event once, though the event was handed over twice', async () => {
    const queue = await openQueue(postgres.connection);
    const ran: string[] = [];
    await queue.startWorkers({
      handlers: handlersWith({ 'webhook.fanout': async ({ payload }) => void ran.push(payload.eventId) }),
    });
    const id = await record();
    await relayTo(queue).relayAll();
    await until(() => ran.length > 0);
    await postgres.database.query('UPDATE outbox_events SET relayed_at = NULL');
    await relayTo(queue).relayAll();
    const last = await record();
    await relayTo(queue).relayAll();
    await until(() => ran.includes(last));
    await queue.close({ graceMs: 5_000 });
    expect(ran).toEqual([id, last]);
  });
});
