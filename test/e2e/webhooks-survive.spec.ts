import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hook, HookDelivery, HookDeliveryDetail } from '@granary/api-contract';
import { eventually, freePort, startHub, workspace, type Actor, type Hub } from '../support';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A consumer on a fixed port that can be switched off and on. */
class Receiver {
  readonly received: Received[] = [];
  status = 200;
  private server?: Server;

  constructor(readonly port: number) {}

  async open(): Promise<void> {
    this.server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        this.received.push({ headers: request.headers, body });
        response.writeHead(this.status).end('noted');
      });
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(undefined));
  }

  events(name: string): Received[] {
    return this.received.filter(({ headers }) => headers['x-github-event'] === name);
  }
}

const SECRET = 'a secret that both know';
let hub: Hub;
let alice: Actor;
let mallory: Actor;
let receiver: Receiver;

beforeAll(async () => {
  receiver = new Receiver(await freePort());
  await receiver.open();
  hub = await startHub({ ssh: false, env: { GRANARY_WEBHOOK_ALLOWED_HOSTS: `127.0.0.1:${receiver.port}` } });
  [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
});

afterAll(() => receiver.close());

const hookInput = (events = ['push']) => ({
  config: { url: `http://127.0.0.1:${receiver.port}/hook`, secret: SECRET },
  events,
});

async function repositoryWithHook(name: string) {
  const path = await alice.createRepository(name);
  const { body } = await alice.api<Hook>('POST', `/api/v3/repos/${path}/hooks`, hookInput());
  const cwd = join(workspace(name), 'tree');
  mkdirSync(cwd);
  await alice.gitOk(['init', '-q'], { cwd });
  await alice.gitOk(['remote', 'add', 'origin', alice.remote(path)], { cwd });
  const push = async (message: string) => {
    writeFileSync(join(cwd, 'file.txt'), `${message}\n`);
    await alice.gitOk(['add', '-A'], { cwd });
    await alice.gitOk(['commit', '-q', '-m', message], { cwd });
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    return (await alice.gitOk(['rev-parse', 'HEAD'], { cwd })).trim();
  };
  return { path, hook: body, push };
}

const pushOf = (sha: string) =>
  receiver.events('push').filter(({ body }) => (JSON.parse(body) as { after: string }).after === sha);

it('pings, then delivers a push with both signatures and the payload of GitHub', async () => {
  const { path, hook, push } = await repositoryWithHook('signed');
  await eventually('the ping', () => receiver.events('ping').length > 0);
  const sha = await push('first');
  const { headers, body } = await eventually('the push', () => pushOf(sha)[0]);
  expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`);
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', SECRET).update(signed).digest('base64')}`);
  expect(JSON.parse(body)).toMatchObject({
    ref: 'refs/heads/main',
    after: sha,
    created: true,
    repository: { full_name: path },
    commits: [{ id: sha, message: 'first', added: ['file.txt'] }],
    pusher: { name: 'alice' },
  });
  const log = `/api/v3/repos/${path}/hooks/${hook.id}/deliveries`;
  const entry = await eventually('the log entry', async () => {
    const { body: list } = await alice.api<HookDelivery[]>('GET', log);
    return list.find(({ event, status }) => event === 'push' && status === 'OK');
  });
  const detail = await alice.api<HookDeliveryDetail>('GET', `${log}/${entry.id}`);
  expect(detail.body).toMatchObject({ status_code: 200, response: { payload: 'noted' } });
  expect(JSON.stringify(detail.body)).not.toContain(SECRET);
  expect(JSON.stringify((await alice.api('GET', `/api/v3/repos/${path}/hooks`)).body)).not.toContain(SECRET);
});

it('tries again when the consumer fails, with the same id', async () => {
  const { path, hook, push } = await repositoryWithHook('flaky');
  receiver.status = 503;
  const sha = await push('while it fails');
  await eventually('a failed try', () => pushOf(sha).length > 0);
  const log = `/api/v3/repos/${path}/hooks/${hook.id}/deliveries`;
  const failed = await eventually('the failed entry', async () => {
    const { body } = await alice.api<HookDelivery[]>('GET', log);
    return body.find(({ event, status }) => event === 'push' && status === 'retrying');
  });
  expect(failed.next_attempt_at).not.toBeNull();
  receiver.status = 200;
  const again = await alice.api('POST', `${log}/${failed.id}/attempts`);
  expect(again.status).toBe(202);
  await eventually('the second try', () => pushOf(sha).length > 1);
  expect(new Set(pushOf(sha).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

it('loses nothing when the hub is killed between the push and the delivery', async () => {
  const { push } = await repositoryWithHook('killed');
  await receiver.close();
  const sha = await push('before the kill');
  await hub.kill();
  await receiver.open();
  await hub.restart();
  await eventually('the delivery after the kill', () => pushOf(sha).length > 0, 90_000);
  const second = await push('after the kill');
  await eventually('the next delivery', () => pushOf(second).length > 0);
});

describe('an attacker', () => {
  it.each([
    'http://127.0.0.1:1/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/',
    'file:///etc/passwd',
    'http://example.com/',
  ])('cannot make the hub call %s', async (url) => {
    const path = await mallory.createRepository(`m${Math.abs(hash(url))}`);
    const answer = await mallory.api('POST', `/api/v3/repos/${path}/hooks`, { config: { url } });
    expect(answer.status).toBe(422);
  });

  it('cannot see or change the hooks of others', async () => {
    const { body } = await alice.api<Hook[]>('GET', '/api/v3/repos/alice/signed/hooks');
    const id = body[0]?.id ?? 0;
    const own = await mallory.createRepository('own');
    expect((await mallory.api('GET', `/api/v3/repos/alice/signed/hooks/${id}`)).status).toBe(404);
    expect((await mallory.api('GET', `/api/v3/repos/${own}/hooks/${id}`)).status).toBe(404);
    expect((await mallory.api('DELETE', `/api/v3/repos/${own}/hooks/${id}`)).status).toBe(404);
    expect((await mallory.api('GET', `/api/v3/repos/${own}/hooks/${id}/deliveries`)).status).toBe(404);
  });
});

function hash(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) | 0, 7);
}
