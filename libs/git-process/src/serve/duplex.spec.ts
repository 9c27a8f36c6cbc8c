import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { PushHooks } from '../hooks/push-hooks';
import { listRefs } from '../repository/refs';
import { clientGit, createFixture, mustGit, type Fixture } from '../testing/fixture';
import { ACCEPT_ALL } from '../testing/http-hub';
import { createProject, until } from '../testing/project';
import { gitProtocolOf } from './git-protocol';
import { serveDuplex, type ServeDuplexOptions, type ServeResult } from './serve-pack';

let fixture: Fixture;
let server: Server;
let hooks: PushHooks;
/** By repository, the oldest first. */
const results: Record<string, ServeResult[]> = {};
const errors: string[] = [];

/** git daemon's protocol: one line names the service, then the bytes flow as over SSH (gitprotocol-pack(5)). */
async function converse(socket: Socket): Promise<void> {
  const head = await readPkt(socket);
  const [, service, name] = /^(git-[a-z-]+) \/([^/\0]+)\.git\0/.exec(head) ?? [];
  const errorOutput = new PassThrough();
  errorOutput.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const result = await serveDuplex(fixture.home, {
    service,
    hooks,
    repositoryPath: join(fixture.directory, 'repositories', `${name}.git`),
    protocol: gitProtocolOf(head.split('\0').find((part) => part.startsWith('version='))),
    input: socket,
    output: socket,
    errorOutput,
  } as ServeDuplexOptions);
  (results[name ?? ''] ??= []).push(result);
  socket.end();
}

async function readPkt(socket: Socket): Promise<string> {
  const sizeBytes = parseInt(await readExactly(socket, 4), 16);
  return readExactly(socket, sizeBytes - 4);
}

async function readExactly(socket: Socket, sizeBytes: number): Promise<string> {
  for (;;) {
    const bytes = socket.read(sizeBytes) as Buffer | null;
    if (bytes !== null) return bytes.toString();
    await once(socket, 'readable');
  }
}

const url = (name: string): string => `git://127.0.0.1:${(server.address() as AddressInfo).port}/${name}.git`;

beforeAll(async () => {
  fixture = await createFixture();
  server = createServer({ allowHalfOpen: true }, (socket) => {
    converse(socket).catch((error: Error) => socket.destroy(error));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await fixture.remove();
});
beforeEach(() => {
  hooks = ACCEPT_ALL;
  errors.length = 0;
});

it.each(['0', '1', '2'])('pushes and clones over one connection, version %s', async (version) => {
  const { work, name } = await createProject(fixture, url, { files: ['a', 'b'] });
  await mustGit(work, '-c', `protocol.version=${version}`, 'push', '--quiet', 'origin', 'main');
  await mustGit(fixture.directory, '-c', `protocol.version=${version}`, 'clone', '--quiet', url(name), `clone-${name}`);
  const clone = join(fixture.directory, `clone-${name}`);
  expect(await mustGit(clone, 'rev-parse', 'HEAD')).toBe(await mustGit(work, 'rev-parse', 'HEAD'));
  await until(() => results[name]?.length === 2);
  expect(results[name]).toEqual([
    { exitCode: 0, isCut: false, stderr: '' },
    { exitCode: 0, isCut: false, stderr: '' },
  ]);
});

it('refuses a push with the text of the hub', async () => {
  const { work, path } = await createProject(fixture, url, { files: ['a'] });
  hooks = { ...ACCEPT_ALL, preReceive: () => Promise.resolve({ accept: false, messages: ['not today'] }) };
  const { stderr } = await clientGit(work, ['push', 'origin', 'main']);
  expect(stderr).toMatch(/^remote: not today *$/m);
  expect(await listRefs(fixture.home, path)).toEqual([]);
});

it('serves git archive --remote', async () => {
  const { work } = await createProject(fixture, url, { files: ['a'] });
  await mustGit(work, 'push', '--quiet', 'origin', 'main');
  expect(await mustGit(work, 'archive', '--remote=origin', '--format=tar', 'main')).toContain('content of a');
});

it('answers the exit code, and tells the client nothing about the disks of this machine', async () => {
  expect((await clientGit(fixture.directory, ['ls-remote', url('absent')])).exitCode).toBe(128);
  await until(() => results['absent']?.length === 1);
  expect(results['absent']).toMatchObject([{ exitCode: 128, isCut: false }]);
  expect(errors.join('')).toContain("fatal: 'the repository' does not appear to be a git repository");
  expect(errors.join('')).not.toContain(fixture.directory);
});
