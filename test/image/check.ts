import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createActor, eventually, runOk, workspace, WorkTree, type Actor } from '../support';
import { finding, type Finding } from '../support/findings';
import type { HubAt } from '../support/hub';
import { LfsRemote, objectOf } from '../support/lfs';
import { SshActor } from '../support/ssh';
import { documentedExec, type Composition } from './composition';

const LARGE_BYTES = 30 << 20;
const START_TIMEOUT_MS = 120_000;
const MODELS = 'alice/models';

interface Published {
  alice: Actor<HubAt>;
  large: Buffer;
}

/** Builds the image, starts the composition as docs/docker.md says, and does with it what people do. */
export async function checkComposition(hub: Composition, say: (text: string) => void): Promise<Finding[]> {
  say('building the image and starting the composition');
  const startedAt = Date.now();
  await hub.up('--build');
  await healthy(hub);
  const findings = [
    finding('built, started, healthy', true, `${Math.round((Date.now() - startedAt) / 1000)} s`),
    finding('image', true, `${Math.round((await hub.imageBytes('hub')) / 2 ** 20)} MiB`),
  ];
  say('an ordinary account inside');
  const uid = (await hub.exec('hub', 'id', '-u')).trim();
  findings.push(finding('account of the hub', uid === '1000', `uid ${uid}`));

  say('pushing and cloning');
  const published = await publish(hub);
  findings.push(...(await readBack(published)), await overSsh(published), await straightToStore(published));

  say('the command line and the backup');
  for (const command of documentedExec()) findings.push(await documented(hub, command));

  say('the worker in a container of its own');
  findings.push(await jobsInWorker(hub, published));

  say('stopping, and starting again on the same volumes');
  findings.push(await stops(hub));
  await hub.compose('--profile', 'worker', 'down');
  hub.configure({});
  await hub.up();
  await healthy(hub);
  return [...findings, ...(await readBack(published)).map((each) => ({ ...each, what: `${each.what}, again` }))];
}

const healthy = (hub: Composition) =>
  eventually(
    'the hub is healthy',
    async () => (await hub.inspect('hub', '{{.State.Health.Status}}')) === 'healthy',
    START_TIMEOUT_MS,
  );

async function publish(hub: Composition): Promise<Published> {
  const alice = await createActor(hub, 'alice');
  await alice.createRepository('models', { visibility: 'private' });
  const large = randomBytes(LARGE_BYTES);
  const files = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'model.bin': large };
  const tree = await WorkTree.create(alice, MODELS, { files });
  await tree.ok('push', 'origin', 'HEAD:main');
  return { alice, large };
}

async function readBack({ alice, large }: Published): Promise<Finding[]> {
  const clone = await WorkTree.clone(alice, MODELS);
  const cloned = large.equals(readFileSync(join(clone.cwd, 'model.bin')));
  const directory = workspace('archive');
  const url = `${alice.hub.url}/${MODELS}/-/archive/main.zip`;
  await runOk('curl', ['-sSf', '-u', `alice:${alice.token}`, '-o', 'main.zip', url], { cwd: directory });
  await runOk('unzip', ['-q', 'main.zip', '-d', 'in'], { cwd: directory });
  const packed = await runOk('sh', ['-c', 'cat in/*/model.bin | sha256sum'], { cwd: directory });
  return [
    finding('git clone over HTTP, with its large file', cloned, `${large.length} bytes`),
    finding('the archive holds the large file', packed.startsWith(objectOf(large).oid), packed.slice(0, 12)),
  ];
}

async function overSsh({ alice }: Published): Promise<Finding> {
  const clone = await WorkTree.clone(await SshActor.create(alice), MODELS);
  return finding('git clone over SSH', true, await clone.tip());
}

async function straightToStore({ alice, large }: Published): Promise<Finding> {
  const { body } = await new LfsRemote(alice, MODELS).batch({ operation: 'download', objects: [objectOf(large)] });
  const { origin } = new URL(body.objects[0]?.actions?.download?.href ?? 'none:');
  return finding('large files come straight from the S3 service', origin === 'http://localhost:9000', origin);
}

async function documented(hub: Composition, [service = '', ...command]: string[]): Promise<Finding> {
  const answer = await hub.exec(service, ...command);
  return finding(`\`${command.join(' ')}\``, answer.length > 0, `${answer.length} bytes`);
}

/** What only a worker does: it tries to deliver a webhook, to a host that does not exist. */
async function jobsInWorker(hub: Composition, { alice }: Published): Promise<Finding> {
  hub.configure({ GRANARY_MODE: 'web', COMPOSE_PROFILES: 'worker' });
  await hub.up();
  await healthy(hub);
  const config = { url: 'https://nobody.invalid/', content_type: 'json' };
  const { body } = await alice.api<{ id: number }>('POST', `/api/v3/repos/${MODELS}/hooks`, {
    config,
    events: ['push'],
  });
  const tree = await WorkTree.clone(alice, MODELS);
  await tree.commit({ 'README.md': '# models\n' });
  await tree.ok('push', 'origin', 'HEAD:main');
  const path = `/api/v3/repos/${MODELS}/hooks/${body.id}/deliveries`;
  const tried = await eventually('a webhook is tried', async () => {
    const { body: deliveries } = await alice.api<{ event: string; status: string }[]>('GET', path);
    return deliveries.find(({ event, status }) => event === 'push' && status !== 'pending');
  });
  const state = await hub.inspect('worker', '{{.State.Status}}, {{.RestartCount}} restarts');
  return finding('jobs run in the worker', state === 'running, 0 restarts', `${tried.status}; ${state}`);
}

/** The engine kills with status 137 what has not ended when its grace is over. */
async function stops(hub: Composition): Promise<Finding> {
  await hub.compose('stop', 'hub');
  const code = await hub.inspect('hub', '{{.State.ExitCode}}');
  return finding('stops when it is told to', code === '0', `status ${code}`);
}
