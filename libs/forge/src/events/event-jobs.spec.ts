import fc from 'fast-check';
import { MAX_EVENTS_PER_JOB } from './jobs';
import { jobRequests, withinRoom, type HeardEvent } from './event-jobs';

const heard = (id: string, repositoryId = 1, jobs: string[] = ['webhook.fanout'], room = 100): HeardEvent => ({
  ...{ id, repositoryId, jobs, room },
});
const idsOf = (events: readonly HeardEvent[]) => events.map(({ id }) => id);

describe('what a repository may have with the queue', () => {
  it('is its first events, as many as it has room for', () => {
    const events = ['a', 'b', 'c'].map((id) => heard(id, 1, ['webhook.fanout'], 2));
    expect(idsOf(withinRoom(events))).toEqual(['a', 'b']);
  });

  it('is nothing without room', () => {
    expect(withinRoom([heard('a', 1, ['webhook.fanout'], 0)])).toEqual([]);
  });

  it('is counted for each repository alone', () => {
    const events = [heard('a', 1, undefined, 1), heard('b', 2, undefined, 1), heard('c', 1, undefined, 1)];
    expect(idsOf(withinRoom(events))).toEqual(['a', 'b']);
  });

  it('leaves out what nobody listens to, which takes no room', () => {
    expect(idsOf(withinRoom([heard('a', 1, [], 1), heard('b', 1, undefined, 1)]))).toEqual(['b']);
  });
});

describe('jobs of events', () => {
  it('has the id of its event where it has one, so that the queue takes it once', () => {
    expect(jobRequests([heard('a')])).toEqual([{ name: 'webhook.fanout', payload: { eventId: 'a' }, jobId: 'a' }]);
  });

  it('is one for many events of one repository, in their order', () => {
    const [job, ...more] = jobRequests(['a', 'b', 'c'].map((id) => heard(id)));
    expect(job).toMatchObject({ payload: { eventId: 'a', others: ['b', 'c'] } });
    expect(job?.jobId).toMatch(/^a-[0-9a-f]{32}$/);
    expect(more).toEqual([]);
  });

  it('has another id for other events, and the same for the same', () => {
    const idOf = (...ids: string[]) => jobRequests(ids.map((id) => heard(id)))[0]?.jobId;
    expect(idOf('a', 'b')).toBe(idOf('a', 'b'));
    expect(new Set([idOf('a'), idOf('a', 'b'), idOf('a', 'c'), idOf('a', 'b', 'c'), idOf('b', 'a')]).size).toBe(5);
  });

  it('is none for no events', () => {
    expect(jobRequests([])).toEqual([]);
    expect(jobRequests([heard('a', 1, [])])).toEqual([]);
  });

  it('holds events of one repository and one kind of work, each once, at most so many, and none is left out', () => {
    const event = fc.record({
      repositoryId: fc.integer({ min: 1, max: 3 }),
      jobs: fc.subarray<string>(['webhook.fanout']),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 3 * MAX_EVENTS_PER_JOB }), (drawn) => {
        const events = drawn.map(({ repositoryId, jobs }, at) => heard(`e${at}`, repositoryId, jobs));
        const byId = new Map(events.map((each) => [each.id, each]));
        const told = jobRequests(events).flatMap(({ name, payload }) => {
          const { eventId, others = [] } = payload as { eventId: string; others?: string[] };
          const ids = [eventId, ...others];
          expect(ids.length).toBeLessThanOrEqual(MAX_EVENTS_PER_JOB);
          expect(new Set(ids.map((id) => byId.get(id)?.repositoryId)).size).toBe(1);
          return ids.map((id) => `${name} ${id}`);
        });
        const asked = events.flatMap(({ id, jobs }) => jobs.map((name) => `${name} ${id}`));
        expect(told.toSorted()).toEqual(asked.toSorted());
      }),
      { numRuns: 50 },
    );
  });
});
