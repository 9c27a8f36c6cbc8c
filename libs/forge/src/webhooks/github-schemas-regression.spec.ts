import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import schema from '@octokit/webhooks-schemas/schema.json';
import type { HubEvent, RepositoryEvent } from '../events';
import { useWebhookWorld } from './testing/use-webhook-world';
import { NEW, ZERO } from './testing/webhook-world';

jest.setTimeout(60_000);
const stage = useWebhookWorld();

/** What the hub says beside GitHub's fields. Receivers that refuse unknown fields would not stand GitHub's own news. */
const OWN_FIELDS = ['total_commits', 'commits_truncated', 'message_truncated', 'files_truncated'];

const definitions = schema.definitions as unknown as Record<string, object>;
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: 'github', definitions: withoutDrafts(definitions) });

/** Each definition names its draft again, which is not allowed inside a schema. */
function withoutDrafts(all: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, { ...one, $schema: undefined }]));
}

function schemaOf(name: string): ValidateFunction {
  if (!(name in definitions)) throw new Error(`GitHub has no event ${name}`);
  return ajv.compile({ $ref: `github#/definitions/${name}` });
}

function withoutOwnFields(payload: object): unknown {
  return JSON.parse(JSON.stringify(payload, (key, value: unknown) => (OWN_FIELDS.includes(key) ? undefined : value)));
}

/** What a receiver is sent: the body and its headers. */
async function sent(event: HubEvent) {
  const { world, receiver } = stage;
  await world.createHook(receiver.url, { events: ['*'], secret: 'a secret' });
  await world.happen(event);
  await world.runJobs();
  const [request] = receiver.received;
  if (!request) throw new Error('nothing was sent');
  return { headers: request.headers, payload: JSON.parse(request.body.toString()) as Record<string, unknown> };
}

async function expectGitHubs(name: string, event: HubEvent) {
  const { headers, payload } = await sent(event);
  const validate = schemaOf(name);
  validate(withoutOwnFields(payload));
  expect(validate.errors ?? []).toEqual([]);
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': expect.stringMatching(/^Granary-Hookshot\//),
    'x-github-event': event.kind,
    'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-github-hook-id': expect.stringMatching(/^\d+$/),
    'x-github-hook-installation-target-type': 'repository',
    'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
  });
  return payload;
}

it.each([
  ['of a branch that moved', {}],
  ['of a new branch', { created: true, before: ZERO, newCommits: { count: 1, ids: [NEW] } }],
  ['of a new tag', { created: true, before: ZERO, ref: 'refs/tags/v1', newCommits: { count: 0, ids: [] } }],
  ['of a branch that was deleted', { deleted: true, after: ZERO }],
  ['by nobody that is known', { actorUserId: null }],
])('a push %s is what GitHub says it is', async (_what, more) => {
  const payload = await expectGitHubs('push$event', stage.world.push(more));
  expect(payload['repository']).toMatchObject({
    created_at: expect.any(Number),
    owner: { name: stage.world.ownerName },
  });
});

it('the times of a repository are seconds in pushes alone', async () => {
  const { world } = stage;
  const at = '2026-03-01T12:00:00.750Z';
  await stage.postgres.database.query('UPDATE repositories SET created_at = $2, pushed_at = $2 WHERE id = $1', [
    world.repositoryId,
    at,
  ]);
  const push = await expectGitHubs('push$event', world.push());
  const seconds = Math.floor(Date.parse(at) / 1000);
  expect(push['repository']).toMatchObject({ created_at: seconds, pushed_at: seconds, updated_at: expect.any(String) });
});

it.each(['branch', 'tag'] as const)('a %s that comes and goes is what GitHub says it is', async (refType) => {
  const { repositoryId, userId: actorUserId } = stage.world;
  const change = { repositoryId, actorUserId, refType, ref: `refs/${refType === 'tag' ? 'tags' : 'heads'}/a/b` };
  const created = await expectGitHubs('create$event', { kind: 'create', ...change });
  expect(created['repository']).toMatchObject({ created_at: expect.any(String) });
});

it('a branch that goes is what GitHub says it is', async () => {
  const { repositoryId, userId: actorUserId } = stage.world;
  await expectGitHubs('delete$event', {
    kind: 'delete',
    ...{ repositoryId, actorUserId, refType: 'branch', ref: 'refs/heads/a/b' },
  });
});

it('a ping is what GitHub says it is', async () => {
  const { world, receiver, postgres } = stage;
  const { repositoryId, userId: actorUserId } = world;
  await world.hooks.create(
    { repositoryId, actorUserId },
    {
      ...{ active: true, events: ['push' as const] },
      config: { url: receiver.url, content_type: 'json' },
    },
  );
  const [{ id }] = await postgres.database.query<[{ id: string }]>(`SELECT id FROM outbox_events WHERE kind = 'ping'`);
  await world.fanout.fanOut([id]);
  await world.runJobs();
  const validate = schemaOf('ping$event');
  validate(JSON.parse(receiver.received[0]?.body.toString() ?? 'null'));
  expect(validate.errors ?? []).toEqual([]);
});

// GitHub never brings a deleted repository back: `restored` is the hub's own, in the shape of `created`.
it.each(['created', 'renamed', 'privatized', 'publicized', 'restored'] as const)(
  'a repository that is %s is told as GitHub does',
  async (action) => {
    const { repositoryId, userId: actorUserId } = stage.world;
    const event: RepositoryEvent = { kind: 'repository', repositoryId, actorUserId, action };
    if (action === 'renamed') event.previousName = 'old';
    if (action === 'publicized') await stage.postgres.database.query(`UPDATE repositories SET visibility = 'public'`);
    if (action !== 'restored') return void (await expectGitHubs(`repository$${action}`, event));
    const { payload } = await sent(event);
    const validate = schemaOf('repository$created');
    validate({ ...payload, action: 'created' });
    expect(validate.errors ?? []).toEqual([]);
  },
);

it('a repository that is deleted says goodbye as GitHub does', async () => {
  const { world, postgres } = stage;
  const { repositoryId, userId: actorUserId } = world;
  await postgres.database.query('UPDATE repositories SET deleted_at = now() WHERE id = $1', [repositoryId]);
  await expectGitHubs('repository$deleted', { kind: 'repository', repositoryId, actorUserId, action: 'deleted' });
});
