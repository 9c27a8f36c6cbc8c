import { randomUUID } from 'node:crypto';
import { JobQueue } from './job-queue';
import { CATALOGUE, type PostJobs } from './testing/jobs';
import { handlersWith, recordedLog, until, type RecordedLog } from './testing/observe';
import { postgresServer, redisServer, type TestServer } from './testing/servers';
import type { JobHandlers } from './workers';

jest.setTimeout(60_000);

describe.each([
  ['Postgres', async () => postgresServer()],
  ['Redis', redisServer],
])('the job queue on %s', (_name, createServer) => {
  let server: TestServer;
  let log: RecordedLog;
  const open: JobQueue<PostJobs>[] = [];

  beforeAll(async () => {
    server = await createServer();
    await server.start();
  });
  afterAll(() => server.dispose());
  beforeEach(() => (log = recordedLog()));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((queue) => queue.close({ graceMs: 0 })));
  });

  async function openQueue(handlers?: Partial<JobHandlers<PostJobs>>): Promise<JobQueue<PostJobs>> {
    const queue = await JobQueue.open({ catalogue: CATALOGUE, connection: server.connection, log });
    open.push(queue);
    if (handlers) await queue.startWorkers({ handlers: handlersWith(handlers) });
    return queue;
  }

  it('hands a job with its payload to its handler', async () => {
    const seen: object[] = [];
    const queue = await openQueue({
      'letter.carry': async ({ payload, attempt, id }) => void seen.push({ payload, attempt, id }),
    });
    await queue.enqueue('letter.carry', { houseId: 7, attempt: 3 }, { jobId: '7-3' });
    await until(() => seen.length > 0);
    expect(seen).toEqual([{ payload: { houseId: 7, attempt: 3 }, attempt: 1, id: 'letter.carry.7-3' }]);
  });

  it('adds a job once however often its id comes, even after it has run', async () => {
    const letterId = randomUUID();
    const last = randomUUID();
    const ran: string[] = [];
    const queue = await openQueue({ 'letter.sort': async ({ payload }) => void ran.push(payload.letterId) });
    const job = { name: 'letter.sort', payload: { letterId }, jobId: letterId } as const;
    await queue.enqueueMany([job, job]);
    await until(() => ran.length > 0);
    await queue.enqueue('letter.sort', { letterId }, { jobId: letterId });
    await queue.enqueue('letter.sort', { letterId: last });
    await until(() => ran.includes(last));
    expect(ran).toEqual([letterId, last]);
  });

  it('keeps jobs of one id but of two names apart', async () => {
    const ran: string[] = [];
    const queue = await openQueue({
      'house.sweep': async ({ id }) => void ran.push(id),
      'house.count': async ({ id }) => void ran.push(id),
    });
    await queue.enqueueMany([
      { name: 'house.sweep', payload: {}, jobId: 'same' },
      { name: 'house.count', payload: {}, jobId: 'same' },
    ]);
    await until(() => ['house.sweep.same', 'house.count.same'].every((id) => ran.includes(id)));
  });

  it('holds a delayed job back', async () => {
    const queue = await openQueue();
    const before = await queue.counts();
    await queue.enqueue('letter.carry', { houseId: 1, attempt: 0 }, { delayMs: 3_600_000, jobId: randomUUID() });
    expect((await queue.counts()).road!.delayed).toBe(before.road!.delayed! + 1);
  });

  it('runs a delayed job when its time has come', async () => {
    const order: number[] = [];
    const queue = await openQueue({ 'letter.carry': async ({ payload }) => void order.push(payload.houseId) });
    await queue.enqueue('letter.carry', { houseId: 2, attempt: 0 }, { delayMs: 1_000, jobId: randomUUID() });
    await queue.enqueue('letter.carry', { houseId: 1, attempt: 0 }, { jobId: randomUUID() });
    await until(() => order.length === 2);
    expect(order).toEqual([1, 2]);
  });

  it('tries a failed job again', async () => {
    const letterId = randomUUID();
    const attempts: number[] = [];
    const queue = await openQueue({
      'letter.sort': async ({ attempt, payload }) => {
        if (payload.letterId !== letterId) return;
        attempts.push(attempt);
        if (attempt === 1) throw new Error('not yet');
      },
    });
    await queue.enqueue('letter.sort', { letterId }, { jobId: letterId });
    await until(() => attempts.length === 2);
    expect(attempts).toEqual([1, 2]);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringMatching(/tried again/) }),
    );
  });

  it('gives a job up after its last try, and accepts the same id anew', async () => {
    const jobId = randomUUID();
    let failures = 0;
    const queue = await openQueue({
      'box.empty': async ({ id }) => {
        if (id !== `box.empty.${jobId}`) return;
        failures++;
        throw new Error('never');
      },
    });
    await queue.enqueue('box.empty', {}, { jobId });
    await until(() => log.lines.some(({ level, message }) => level === 'error' && /given up/.test(message)));
    await until(async () => {
      await queue.enqueue('box.empty', {}, { jobId });
      // A worker may be quick enough to fail again while this one asks.
      return failures >= 2;
    });
  });

  it('refuses a payload that is not the declared one', async () => {
    const queue = await openQueue();
    await expect(queue.enqueue('letter.sort', { letterId: 'no uuid' })).rejects.toThrow(/uuid/i);
    await expect(queue.enqueue('box.empty', {}, { jobId: 'a:b' })).rejects.toThrow(/job id/);
  });

  it('does not start with a job that nobody handles, or a handler without a job', async () => {
    const queue = await openQueue();
    const { 'letter.carry': _missing, ...rest } = handlersWith({});
    await expect(queue.startWorkers({ handlers: rest as JobHandlers<PostJobs> })).rejects.toThrow(
      'no handler for the jobs letter.carry',
    );
    const extra = { ...handlersWith({}), 'letter.cary': async () => undefined };
    await expect(queue.startWorkers({ handlers: extra })).rejects.toThrow('unknown jobs: letter.cary');
  });

  it('lets a running job finish within the grace', async () => {
    let started = false;
    let finished = false;
    const queue = await openQueue({
      'letter.carry': async () => {
        started = true;
        await new Promise((resolve) => setTimeout(resolve, 300));
        finished = true;
      },
    });
    await queue.enqueue('letter.carry', { houseId: 9, attempt: 0 });
    await until(() => started);
    await queue.close({ graceMs: 30_000 });
    expect(finished).toBe(true);
  });

  it('aborts a job that outlasts the grace, and another worker runs it again', async () => {
    const letterId = randomUUID();
    let started = false;
    const first = await openQueue({
      'letter.sort': ({ signal }) => {
        started = true;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    await first.enqueue('letter.sort', { letterId });
    await until(() => started);
    await first.close({ graceMs: 0 });
    const attempts: number[] = [];
    await openQueue({
      'letter.sort': async ({ payload, attempt }) => void (payload.letterId === letterId && attempts.push(attempt)),
    });
    await until(() => attempts.length > 0);
    expect(attempts).toEqual([2]);
  });

  it('answers "unavailable" once it is closed', async () => {
    const queue = await openQueue();
    await queue.close({ graceMs: 0 });
    await expect(queue.check()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('fails fast while its server is away, and goes on when it is back', async () => {
    const ran: string[] = [];
    const queue = await openQueue({ 'letter.sort': async ({ payload }) => void ran.push(payload.letterId) });
    await queue.check();
    await server.stop();
    const lost = randomUUID();
    await expect(queue.enqueue('letter.sort', { letterId: lost })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(queue.check()).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
    await server.start();
    await until(() =>
      queue.check().then(
        () => true,
        () => false,
      ),
    );
    const letterId = randomUUID();
    await queue.enqueue('letter.sort', { letterId }, { jobId: letterId });
    await until(() => ran.includes(letterId));
    const outages = () => log.lines.filter(({ message }) => /cannot be reached|answers again/.test(message));
    await until(() => outages().length > 1);
    expect(outages().map(({ level }) => level)).toEqual(['warn', 'info']);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
