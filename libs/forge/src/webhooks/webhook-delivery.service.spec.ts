import { createHmac } from 'node:crypto';
import { startReceiver } from './testing/receiver';
import { useWebhookWorld } from './testing/use-webhook-world';
import type { Webhook } from './webhook';

jest.setTimeout(60_000);
const SECOND = 1_000;
const HOUR = 3_600_000;
const stage = useWebhookWorld();

describe('a delivery', () => {
  it('is signed in both schemes, as a receiver checks them', async () => {
    const key = Buffer.from('a key of thirty-two bytes, so be');
    const secret = `whsec_${key.toString('base64')}`;
    const hook = await stage.world.createHook(stage.receiver.url, { secret });
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { method, path, headers, body } = stage.receiver.received[0]!;
    const { guid } = await stage.onlyDelivery(hook);
    expect([method, path]).toEqual(['POST', '/hook']);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Granary-Hookshot/1.2.3',
      'x-github-event': 'push',
      'x-github-delivery': guid,
      'x-github-hook-id': String(hook.id),
      'webhook-id': guid,
      'webhook-timestamp': String(stage.world.clock.now().getTime() / 1000),
    });
    expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body.toString()}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  });

  it('takes a plain secret for both schemes as it is', async () => {
    await stage.world.createHook(stage.receiver.url, { secret: 'plain' });
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { headers, body } = stage.receiver.received[0]!;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body.toString()}`;
    expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', 'plain').update(body).digest('hex')}`);
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 'plain').update(signed).digest('base64')}`);
  });

  it('is a form where the webhook asks for one, and what is signed is the form', async () => {
    const hook = await stage.world.createHook(stage.receiver.url, { secret: 'plain' });
    await stage.world.hooks.update(stage.world.keyOf(hook), { config: { content_type: 'form' } });
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { headers, body } = stage.receiver.received[0]!;
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    const form = new URLSearchParams(body.toString());
    expect([...form.keys()]).toEqual(['payload']);
    expect(JSON.parse(form.get('payload') ?? '')).toMatchObject({ ref: expect.stringMatching(/^refs\//) });
    expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', 'plain').update(body).digest('hex')}`);
  });

  it('has no signatures without a secret', async () => {
    await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const names = Object.keys(stage.receiver.received[0]!.headers);
    expect(names.filter((name) => name.includes('signature'))).toEqual([]);
    expect(names).toContain('webhook-id');
  });

  it('is logged with request and answer, and without the secret', async () => {
    stage.receiver.answers.push({ status: 201, headers: { 'X-Served-By': 'me' }, body: Buffer.from('thanks\0!') });
    const hook = await stage.world.createHook(stage.receiver.url, { secret: 'open sesame' });
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { id } = await stage.onlyDelivery(hook);
    const detail = await stage.world.log.delivery(stage.world.keyOf(hook), id);
    expect(detail).toMatchObject({
      ...{ event: 'push', action: null, state: 'delivered', attempts: 1, redelivery: false },
      ...{ statusCode: 201, statusText: 'OK', url: stage.receiver.url, nextAttemptAt: null },
      ...{ lastAttemptAt: stage.world.clock.now(), durationMs: expect.any(Number) },
      responseHeaders: expect.objectContaining({ 'x-served-by': 'me' }),
      responseBody: 'thanks\ufffd!',
      requestHeaders: expect.objectContaining({ 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': expect.any(String) }),
      payload: JSON.parse(stage.receiver.received[0]!.body.toString()),
    });
    expect(JSON.stringify(detail)).not.toContain('sesame');
  });

  it('is made once, whatever jobs ask for it: before, while and after it has arrived', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    const { id } = await stage.onlyDelivery(hook);
    const deliver = (attempt: number) =>
      stage.world.deliverer.deliver({ deliveryId: id, attempt }, new AbortController().signal);
    await deliver(1);
    expect(stage.receiver.received).toEqual([]);
    await Promise.all([deliver(0), deliver(0), deliver(0)]);
    for (const attempt of [0, 1, 2]) await deliver(attempt);
    expect(stage.receiver.received).toHaveLength(1);
    expect(await stage.onlyDelivery(hook)).toMatchObject({ state: 'delivered', attempts: 1, nextAttemptAt: null });
  });

  it('is not made again once it is given up', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    const { id } = await stage.onlyDelivery(hook);
    await stage.postgres.database.query(`UPDATE webhook_deliveries SET state = 'dead' WHERE id = $1`, [id]);
    await stage.world.runJobs();
    expect(stage.receiver.received).toEqual([]);
  });

  it.each([
    ['leaves out the character that the cut halved', Buffer.from(`x${'\u20ac'.repeat(30_000)}`), 1 + 21_845, '\u20ac'],
    ['keeps half a character that the receiver sent', Buffer.from('ende \u20ac').subarray(0, 6), 6, '\u00e2'],
  ])('%s', async (_what, body, length, last) => {
    stage.receiver.answers.push({ status: 200, body });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { id } = await stage.onlyDelivery(hook);
    const { responseBody } = await stage.world.log.delivery(stage.world.keyOf(hook), id);
    expect([responseBody?.length, responseBody?.at(-1)]).toEqual([length, last]);
  });

  it('keeps 64 KiB of the answer', async () => {
    stage.receiver.answers.push({ status: 200, body: 'x'.repeat(100_000) });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { id } = await stage.onlyDelivery(hook);
    expect((await stage.world.log.delivery(stage.world.keyOf(hook), id)).responseBody).toHaveLength(65_536);
  });
});

describe('a delivery that fails', () => {
  /** Answers the tries of one delivery, and makes them when they are due. */
  async function tryAll(hook: Webhook, tries: number): Promise<number[]> {
    const waits: number[] = [];
    for (let i = 0; i < tries; i++) {
      await stage.world.runJobs();
      const { nextAttemptAt } = await stage.onlyDelivery(hook);
      if (!nextAttemptAt) break;
      waits.push(nextAttemptAt.getTime() - stage.world.clock.now().getTime());
      stage.world.clock.set(nextAttemptAt);
    }
    return waits;
  }

  it('is tried ten times over three days with one id and new timestamps, then it is a dead letter', async () => {
    for (let i = 0; i < 12; i++) stage.receiver.answers.push({ status: 500, body: 'no' });
    const hook = await stage.world.createHook(stage.receiver.url, { secret: 's' });
    const start = stage.world.clock.now().getTime();
    await stage.world.happen(stage.world.push());
    const waits = await tryAll(hook, 20);
    expect(stage.receiver.received).toHaveLength(10);
    expect(waits).toHaveLength(9);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    const spanDays = (stage.world.clock.now().getTime() - start) / (24 * HOUR);
    expect(spanDays).toBeGreaterThan(2.5);
    expect(spanDays).toBeLessThan(3.5);
    const all = stage.receiver.received;
    expect(new Set(all.map(({ headers }) => headers['x-github-delivery'])).size).toBe(1);
    expect(new Set(all.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);
    expect(new Set(all.map(({ body }) => body.toString())).size).toBe(1);
    expect(await stage.onlyDelivery(hook)).toMatchObject({
      ...{ state: 'dead', attempts: 10, nextAttemptAt: null },
      ...{ statusCode: 500, statusText: 'answered 500 Internal Server Error' },
    });
  });

  it('enqueues the next try for its time, under an id of its own', async () => {
    stage.receiver.answers.push({ status: 500 });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { id, nextAttemptAt } = await stage.onlyDelivery(hook);
    expect(stage.world.jobs).toEqual([
      {
        name: 'webhook.deliver',
        jobId: `${id}-1`,
        payload: { deliveryId: id, attempt: 1 },
        delayMs: nextAttemptAt!.getTime() - stage.world.clock.now().getTime(),
      },
    ]);
  });

  it('has arrived once a try succeeds', async () => {
    stage.receiver.answers.push({ status: 500 }, { status: 302, headers: { Location: '/x' } }, { status: 204 });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await tryAll(hook, 5);
    expect(await stage.onlyDelivery(hook)).toMatchObject({ state: 'delivered', attempts: 3, statusCode: 204 });
    expect(stage.receiver.received.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
  });

  it('switches its webhook off when the receiver is gone (410), and the rest is not sent', async () => {
    stage.receiver.answers.push({ status: 410 });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    expect(stage.receiver.received).toHaveLength(1);
    const after = await stage.world.hooks.get(stage.world.keyOf(hook));
    expect([after.active, after.disabledReason]).toEqual([false, 'The receiver answered 410 Gone.']);
    expect((await stage.deliveriesOf(hook)).map(({ state, statusText }) => [state, statusText])).toEqual([
      ['dead', 'not sent: the webhook is switched off'],
      ['dead', 'answered 410 Gone'],
    ]);
    // The next in turn may have been enqueued twice; it is tried once, and nothing is sent.
    await stage.world.runJobs();
    expect([stage.world.jobs, stage.receiver.received.length]).toEqual([[], 1]);
    const again = await stage.world.hooks.update(stage.world.keyOf(hook), { active: true });
    expect([again.active, again.disabledReason]).toEqual([true, null]);
  });

  it.each([
    [429, '3600', 3600 * SECOND],
    [503, '3600', 3600 * SECOND],
    [503, 'Sun, 01 Mar 2026 14:00:00 GMT', 2 * HOUR],
  ])('waits as long as a %d asks (%s)', async (status, retryAfter, waitMs) => {
    stage.receiver.answers.push({ status, headers: { 'Retry-After': retryAfter } });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { nextAttemptAt } = await stage.onlyDelivery(hook);
    expect(nextAttemptAt!.getTime() - stage.world.clock.now().getTime()).toBe(waitMs);
  });

  it('does not heed Retry-After of any other answer', async () => {
    stage.receiver.answers.push({ status: 500, headers: { 'Retry-After': '3600' } });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    const { nextAttemptAt } = await stage.onlyDelivery(hook);
    expect(nextAttemptAt!.getTime() - stage.world.clock.now().getTime()).toBeLessThan(10 * SECOND);
  });

  it('says why when nothing answers', async () => {
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.receiver.close();
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    expect(await stage.onlyDelivery(hook)).toMatchObject({
      ...{ state: 'failed', statusCode: null, statusText: 'the connection failed (ECONNREFUSED)' },
    });
    stage.receiver = await startReceiver();
  });

  it('is judged anew at each try: a deleted repository sends no more', async () => {
    stage.receiver.answers.push({ status: 500 });
    const hook = await stage.world.createHook(stage.receiver.url);
    await stage.world.happen(stage.world.push());
    await stage.world.runJobs();
    await stage.postgres.database.query('UPDATE repositories SET deleted_at = now() WHERE id = $1', [
      stage.world.repositoryId,
    ]);
    await stage.world.runJobs();
    expect(stage.receiver.received).toHaveLength(1);
    expect(await stage.onlyDelivery(hook)).toMatchObject({
      ...{ state: 'dead', attempts: 1, statusText: 'not sent: the repository was deleted' },
    });
  });
});
