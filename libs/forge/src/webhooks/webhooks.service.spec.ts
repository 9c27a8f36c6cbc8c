import { CreateHook, UpdateHook } from '@granary/api-contract';
import { startDatabase, type TestDatabase } from '../events/testing/database';
import { startReceiver, type Receiver } from './testing/receiver';
import { webhookWorld, type WebhookWorld } from './testing/webhook-world';

jest.setTimeout(60_000);
let postgres: TestDatabase;
let receiver: Receiver;
let world: WebhookWorld;

beforeAll(async () => {
  postgres = await startDatabase();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await postgres.stop();
});
beforeEach(async () => {
  world = await webhookWorld({ database: postgres.database });
});

const create = (config: object, more: object = {}) =>
  world.hooks.create(
    { repositoryId: world.repositoryId, actorUserId: world.userId },
    CreateHook.parse({ config, ...more }),
  );
const range = { limit: 10, offset: 0 };

describe('creating', () => {
  it('gives back the webhook without its secret, and keeps that encrypted', async () => {
    const hook = await create({ url: receiver.url, secret: 'open sesame' }, { events: ['push', 'create', 'push'] });
    expect(hook).toEqual({
      id: expect.any(Number),
      repositoryId: world.repositoryId,
      url: receiver.url,
      hasSecret: true,
      contentType: 'json',
      events: ['push', 'create'],
      active: true,
      disabledReason: null,
      createdAt: world.clock.now(),
      updatedAt: world.clock.now(),
      lastResponse: null,
    });
    const [row] = await postgres.database.query('SELECT secret_encrypted FROM webhooks WHERE id = $1', [hook.id]);
    expect(row.secret_encrypted.includes('sesame')).toBe(false);
  });

  it('pings the new webhook, and no other', async () => {
    const other = await create({ url: `${receiver.url}?other` });
    await world.relay.relayAll();
    world.jobs.length = 0;
    const hook = await create({ url: receiver.url });
    await world.relay.relayAll();
    const [fanout] = world.jobs.splice(0);
    expect(fanout).toMatchObject({ name: 'webhook.fanout' });
    await world.fanout.fanOut([(fanout!.payload as { eventId: string }).eventId]);
    await world.runJobs();
    const { headers, body } = receiver.received.at(-1)!;
    expect(headers['x-github-event']).toBe('ping');
    expect(JSON.parse(body.toString())).toMatchObject({
      zen: expect.any(String),
      hook_id: hook.id,
      hook: { id: hook.id, config: { url: receiver.url }, events: ['push'] },
      repository: { id: world.repositoryId },
      sender: { id: world.userId },
    });
    expect(body.toString()).not.toContain('secret');
    expect(await world.log.deliveries(world.keyOf(other), range)).toEqual([]);
    expect((await world.hooks.get(world.keyOf(hook))).lastResponse).toEqual({ statusCode: 200, statusText: 'OK' });
  });

  it('pings no webhook that is switched off', async () => {
    await create({ url: receiver.url }, { active: false });
    const events = await postgres.database.query('SELECT 1 FROM outbox_events WHERE repository_id = $1', [
      world.repositoryId,
    ]);
    expect(events).toEqual([]);
  });

  it.each([
    ['a scheme that is not HTTP', 'config.url', { url: 'ftp://example.org/' }],
    ['plain http', 'config.url', { url: 'http://example.org/' }],
    ['a private address', 'config.url', { url: 'https://10.0.0.1/' }],
    ['credentials in the URL', 'config.url', { url: 'https://me:secret@example.org/' }],
    ['an endless URL', 'config.url', { url: `https://example.org/${'a'.repeat(2048)}` }],
    ['a secret that is no base64', 'config.secret', { url: 'https://example.org/', secret: 'whsec_!' }],
    ['unchecked certificates', 'config.insecure_ssl', { url: 'https://example.org/', insecure_ssl: '1' }],
  ])('refuses %s', async (_what, field, config) => {
    await expect(create(config)).rejects.toMatchObject({ code: 'invalid', fields: [{ field }] });
    expect(await world.hooks.list(world.repositoryId, range)).toEqual([]);
  });

  it('ends at fifty in a repository', async () => {
    for (let i = 0; i < 50; i++) await create({ url: `${receiver.url}?${i}` });
    await expect(create({ url: receiver.url })).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a webhook of another repository', () => {
  it('is not found, not changed, not deleted, not sent to', async () => {
    const hook = await create({ url: receiver.url });
    const foreign = {
      repositoryId: (await webhookWorld({ database: postgres.database })).repositoryId,
      hookId: hook.id,
    };
    const notFound = { code: 'not_found' };
    await expect(world.hooks.get(foreign)).rejects.toMatchObject(notFound);
    await expect(world.hooks.update(foreign, { active: false })).rejects.toMatchObject(notFound);
    await expect(world.hooks.delete(foreign)).rejects.toMatchObject(notFound);
    await expect(world.hooks.ping(foreign, null)).rejects.toMatchObject(notFound);
    await expect(world.hooks.test(foreign)).rejects.toMatchObject(notFound);
    await expect(world.log.deliveries(foreign, range)).rejects.toMatchObject(notFound);
    await world.happen(world.push());
    const [delivery] = await world.log.deliveries(world.keyOf(hook), range);
    await expect(world.log.delivery(foreign, delivery!.id)).rejects.toMatchObject(notFound);
    await expect(world.log.redeliver(foreign, delivery!.id)).rejects.toMatchObject(notFound);
    await expect(world.log.redeliverDead(foreign, { since: new Date(0), until: new Date() })).rejects.toMatchObject(
      notFound,
    );
    expect((await world.hooks.get(world.keyOf(hook))).active).toBe(true);
  });

  it('does not hear of this one', async () => {
    const other = await webhookWorld({ database: postgres.database });
    const hook = await other.createHook(receiver.url);
    await world.happen(world.push());
    expect(await other.log.deliveries(other.keyOf(hook), range)).toEqual([]);
  });
});

describe('changing', () => {
  const secretOf = async (hookId: number) =>
    (await postgres.database.query('SELECT secret_encrypted FROM webhooks WHERE id = $1', [hookId]))[0]
      .secret_encrypted;

  it('changes what is given, and nothing else', async () => {
    const hook = await create({ url: receiver.url, secret: 'one' }, { events: ['push'] });
    world.clock.advance(1_000);
    const changed = await world.hooks.update(world.keyOf(hook), { events: ['create', 'delete'] });
    expect(changed).toEqual({ ...hook, events: ['create', 'delete'], updatedAt: world.clock.now() });
  });

  it('keeps the secret when it is absent or masked, takes a new one, and drops it when it is empty', async () => {
    const hook = await create({ url: receiver.url, secret: 'one' });
    const key = world.keyOf(hook);
    const first = await secretOf(hook.id);
    await world.hooks.update(key, UpdateHook.parse({ config: { url: `${receiver.url}2`, content_type: 'json' } }));
    await world.hooks.update(key, { config: { secret: '********' } });
    expect(await secretOf(hook.id)).toEqual(first);
    await world.hooks.update(key, { config: { secret: 'two' } });
    expect(await secretOf(hook.id)).not.toEqual(first);
    expect((await world.hooks.update(key, { config: { secret: '' } })).hasSecret).toBe(false);
    expect(await secretOf(hook.id)).toBeNull();
  });

  it('refuses what creating refuses', async () => {
    const key = world.keyOf(await create({ url: receiver.url }));
    await expect(world.hooks.update(key, { config: { url: 'http://[::1]/' } })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  it('lists in order, page by page, and deletes with the deliveries', async () => {
    const first = await world.createHook(receiver.url);
    const second = await world.createHook(`${receiver.url}?second`);
    await world.happen(world.push());
    expect((await world.hooks.list(world.repositoryId, range)).map(({ id }) => id)).toEqual([first.id, second.id]);
    expect((await world.hooks.list(world.repositoryId, { limit: 1, offset: 1 })).map(({ id }) => id)).toEqual([
      second.id,
    ]);
    await world.hooks.delete(world.keyOf(first));
    await expect(world.hooks.get(world.keyOf(first))).rejects.toMatchObject({ code: 'not_found' });
    expect(await postgres.database.query('SELECT 1 FROM webhook_deliveries WHERE webhook_id = $1', [first.id])).toEqual(
      [],
    );
  });
});

describe('a second webhook of the same configuration', () => {
  const twin = {
    code: 'invalid',
    fields: [expect.objectContaining({ resource: 'Hook', message: 'Hook already exists on this repository' })],
  };

  it.each([
    ['the same event', ['push'], ['push']],
    ['an event of several', ['push', 'create'], ['delete', 'create']],
    ['every event', ['push'], ['*']],
    ['one event of all', ['*'], ['delete']],
  ])('is refused with %s', async (_what, first, second) => {
    await create({ url: receiver.url, secret: 'one' }, { events: first });
    await expect(create({ url: receiver.url, secret: 'two' }, { events: second })).rejects.toMatchObject(twin);
    expect(await world.hooks.count(world.repositoryId)).toBe(1);
  });

  it('is taken for other events, as a form, at another address and in another repository', async () => {
    await create({ url: receiver.url });
    await create({ url: receiver.url }, { events: ['create', 'delete'] });
    await create({ url: receiver.url, content_type: 'form' });
    await create({ url: `${receiver.url}?2` });
    world = await webhookWorld({ database: postgres.database });
    await create({ url: receiver.url });
  });

  it('comes in once when two ask at the same time', async () => {
    const both = await Promise.allSettled([create({ url: receiver.url }), create({ url: receiver.url })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is not made by a change either, and those that are there already can be changed otherwise', async () => {
    await create({ url: receiver.url });
    const key = world.keyOf(await create({ url: receiver.url }, { events: ['create'] }));
    await expect(world.hooks.update(key, { add_events: ['push'] })).rejects.toMatchObject(twin);
    await postgres.database.query(`UPDATE webhooks SET events = '{push,create}' WHERE id = $1`, [key.hookId]);
    const config = { url: receiver.url, content_type: 'json' as const };
    expect(await world.hooks.update(key, { active: false, events: ['push'], config })).toMatchObject({ active: false });
    await world.hooks.update(key, { config: { url: `${receiver.url}?2` } });
    await expect(world.hooks.update(key, { config })).rejects.toMatchObject(twin);
  });
});

describe('the test button', () => {
  it('sends the last push again, to this webhook alone', async () => {
    const hook = await world.createHook(receiver.url);
    const other = await world.createHook(`${receiver.url}?other`);
    await world.record(world.push({ ref: 'refs/heads/first' }));
    await world.record(world.push({ ref: 'refs/heads/last' }));
    await postgres.database.query('UPDATE outbox_events SET relayed_at = now(), settled_at = now()');
    for (let time = 0; time < 2; time++) expect(await world.hooks.test(world.keyOf(hook))).toBe(true);
    await world.relay.relayAll();
    for (const { payload } of world.jobs.splice(0)) {
      const { eventId, others = [] } = payload as { eventId: string; others?: string[] };
      await world.fanout.fanOut([eventId, ...others]);
    }
    await world.runJobs();
    const sent = await world.log.deliveries(world.keyOf(hook), range);
    expect(sent.map(({ event, state }) => [event, state])).toEqual([
      ['push', 'delivered'],
      ['push', 'delivered'],
    ]);
    expect(JSON.parse(receiver.received.at(-1)!.body.toString()).ref).toBe('refs/heads/last');
    expect(await world.log.deliveries(world.keyOf(other), range)).toEqual([]);
  });

  it('has nothing to send without a push, or to a webhook that does not listen to them', async () => {
    const hook = await world.createHook(receiver.url);
    expect(await world.hooks.test(world.keyOf(hook))).toBe(false);
    await world.record(world.push());
    const deaf = await world.createHook(receiver.url, { events: ['create'] });
    expect(await world.hooks.test(world.keyOf(deaf))).toBe(false);
  });

  it('refuses a webhook that is switched off, as ping does', async () => {
    const key = world.keyOf(await world.createHook(receiver.url));
    await world.hooks.update(key, { active: false });
    await expect(world.hooks.test(key)).rejects.toMatchObject({ code: 'conflict' });
    await expect(world.hooks.ping(key, null)).rejects.toMatchObject({ code: 'conflict' });
  });
});
