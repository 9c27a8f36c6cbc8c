import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { PendingPush } from '../hooks/push-hooks';
import { runGit } from '../process/run-git';
import { listRefs } from '../repository/refs';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { ACCEPT_ALL, startHttpHub, type HttpHub } from '../testing/http-hub';
import { commitNoise, createProject, leftovers, processesAbout, until, type Project } from '../testing/project';
import type { ServeResult } from './serve-pack';

const MIB = 1024 * 1024;

let fixture: Fixture;
let hub: HttpHub;

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());
beforeEach(async () => (hub = await startHttpHub(fixture)));
afterEach(() => hub.close());

function pkt(payload: string): string {
  return (payload.length + 4).toString(16).padStart(4, '0') + payload;
}

function post(project: Project, service: string): ClientRequest {
  const client = request(`${project.url}/${service}`, {
    method: 'POST',
    headers: { 'Content-Type': `application/x-${service}-request` },
  });
  client.on('error', () => undefined);
  return client;
}

/** The body of a push of `main`, as git sends it. */
async function pushBody(project: Project): Promise<Buffer> {
  const head = await mustGit(project.work, 'rev-parse', 'HEAD');
  const { stdout: pack } = await runGit(fixture.home, {
    repositoryPath: `${project.work}/.git`,
    args: ['pack-objects', '--all', '--stdout', '--quiet'],
  });
  return Buffer.concat([Buffer.from(`${pkt(`${'0'.repeat(40)} ${head} refs/heads/main\0report-status`)}0000`), pack]);
}

async function onlyResult(): Promise<ServeResult> {
  await until(() => hub.results.length === 1);
  return hub.results[0] as ServeResult;
}

async function expectNothingLeft(project: Project): Promise<void> {
  await until(async () => (await processesAbout(project.path)).length === 0);
  expect(await leftovers(project.path)).toEqual([]);
  expect(await listRefs(fixture.home, project.path)).toEqual([]);
}

describe('a push that is cut in the middle', () => {
  it.each<[string, (client: ClientRequest) => void]>([
    ['the client vanishes', (client) => client.destroy()],
    ['the owner gives up', () => hub.owner.abort(new Error('shutting down'))],
  ])('leaves no object, no ref and no process: %s', async (_case, cut) => {
    const project = await createProject(fixture, hub.url, { files: [] });
    await commitNoise(project.work, 8 * MIB);
    const body = await pushBody(project);
    const client = post(project, 'git-receive-pack');
    client.write(body.subarray(0, body.length / 2));
    await until(async () => (await leftovers(project.path)).some((entry) => entry.includes('tmp_pack_')));
    expect(await processesAbout(project.path)).not.toEqual([]);
    cut(client);
    expect(await onlyResult()).toMatchObject({ isCut: true });
    await expectNothingLeft(project);
    client.destroy();
  });

  it('is refused when its client leaves before the hub has decided, whatever the hub decides then', async () => {
    const project = await createProject(fixture, hub.url, { files: ['a'] });
    const pushes: PendingPush[] = [];
    hub.hooks = {
      ...ACCEPT_ALL,
      preReceive: async (push) => {
        pushes.push(push);
        await once(push.signal, 'abort');
        return { accept: true, messages: [] };
      },
    };
    const client = post(project, 'git-receive-pack');
    client.end(await pushBody(project));
    await until(() => pushes.length === 1);
    client.destroy();
    expect(await onlyResult()).toMatchObject({ isCut: true });
    await expectNothingLeft(project);
  });

  it('is refused when the hub never decides', async () => {
    const project = await createProject(fixture, hub.url, { files: ['a'] });
    let asked = false;
    hub.hooks = {
      ...ACCEPT_ALL,
      preReceive: () => {
        asked = true;
        return new Promise(() => undefined);
      },
    };
    const client = post(project, 'git-receive-pack');
    client.end(await pushBody(project));
    await until(() => asked);
    hub.owner.abort();
    expect(await onlyResult()).toMatchObject({ isCut: true });
    await expectNothingLeft(project);
    client.destroy();
  });
});

describe('a clone whose client', () => {
  let project: Project;
  let wants: string;

  beforeAll(async () => {
    hub = await startHttpHub(fixture);
    project = await createProject(fixture, hub.url, { files: [] });
    const head = await commitNoise(project.work, 48 * MIB);
    await mustGit(project.work, 'push', '--quiet', 'origin', 'main');
    wants = `${pkt(`want ${head} side-band-64k ofs-delta\n`)}0000${pkt('done\n')}`;
    await hub.close();
  });

  async function stalledClone(): Promise<IncomingMessage> {
    const client = post({ ...project, url: hub.url(project.name) }, 'git-upload-pack');
    client.end(wants);
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    await new Promise((resolve) => response.once('readable', resolve));
    expect(await processesAbout(project.path)).not.toEqual([]);
    return response;
  }

  it.each<[string, (response: IncomingMessage) => void]>([
    ['vanishes', (response) => response.destroy()],
    ['stalls until the owner gives up', () => hub.owner.abort()],
  ])('%s leaves no process', async (_case, cut) => {
    const response = await stalledClone();
    cut(response);
    expect(await onlyResult()).toMatchObject({ isCut: true });
    await until(async () => (await processesAbout(project.path)).length === 0);
    response.destroy();
  });

  it('asks for info/refs and vanishes leaves no process', async () => {
    const client = request(`${hub.url(project.name)}/info/refs?service=git-upload-pack`);
    client.on('error', () => undefined);
    client.end();
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    response.destroy();
    await until(async () => (await processesAbout(project.path)).length === 0);
  });
});
