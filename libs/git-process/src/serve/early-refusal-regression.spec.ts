import { PassThrough } from 'node:stream';
import { deflateSync } from 'node:zlib';
import { FLUSH_PKT, formatPkt, parseSideband, takePkt } from '@granary/wire';
import type { PushHooks } from '../hooks/push-hooks';
import { createFixture, type Fixture } from '../testing/fixture';
import { ACCEPT_ALL } from '../testing/http-hub';
import { createProject, leftovers } from '../testing/project';
import { serveStateless } from './serve-pack';

const GIB = 1024 ** 3;
const ZERO = '0'.repeat(40);
const BLOB = 3;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.remove());

const commands = Buffer.concat([
  formatPkt(`${ZERO} ${'a'.repeat(40)} refs/heads/main\0 report-status side-band-64k object-format=sha1\n`),
  formatPkt(`${ZERO} ${'a'.repeat(40)} refs/heads/other\n`),
  FLUSH_PKT,
]);

function entryHeader(type: number, sizeBytes: number): Buffer {
  const bytes = [(type << 4) | (sizeBytes % 16)];
  for (let rest = Math.floor(sizeBytes / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) | 0x80;
    bytes.push(rest % 128);
  }
  return Buffer.from(bytes);
}

function packHead(count: number): Buffer {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(count, 8);
  return head;
}

/** A small file, then the first bytes of one of `sizeBytes`. */
const packWithFileOf = (sizeBytes: number): Buffer =>
  Buffer.concat([
    ...[packHead(2), entryHeader(BLOB, 5), deflateSync(Buffer.from('small'))],
    ...[entryHeader(BLOB, sizeBytes), deflateSync(Buffer.alloc(1000), { level: 0 }).subarray(0, 500)],
  ]);

interface Answer {
  path: string;
  progress: string;
  report: string;
}

/** What a client reads that stops behind `sent`, and waits. */
async function push(
  hooks: PushHooks,
  { sent, announcedBytes }: { sent: Buffer; announcedBytes?: number },
): Promise<Answer> {
  const { path } = await createProject(fixture, () => 'http://hub', { files: [] });
  const input = new PassThrough();
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  input.write(Buffer.concat([commands, sent]));
  const served = serveStateless(fixture.home, {
    ...{ service: 'git-receive-pack', repositoryPath: path, hooks, input, output, announcedBytes },
  });
  expect(await served).toMatchObject({ isCut: false });
  const bands = { 1: '', 2: '' } as Record<number, string>;
  let rest: Buffer = Buffer.concat(chunks);
  for (let taken = takePkt(rest); taken; taken = takePkt(rest)) {
    rest = rest.subarray(taken.size);
    if (taken.pkt.kind !== 'data') continue;
    const { payload } = parseSideband(taken.pkt.data);
    const band = taken.pkt.data[0] as number;
    bands[band] = `${bands[band] ?? ''}${Buffer.from(payload).toString()}`;
  }
  return { path, progress: bands[2] ?? '', report: bands[1] ?? '' };
}

it('ends a push as soon as a file that is refused begins to arrive, and says why of each ref', async () => {
  const asked: number[] = [];
  const hooks: PushHooks = {
    ...ACCEPT_ALL,
    largeFile: (sizeBytes) => {
      asked.push(sizeBytes);
      return Promise.resolve({ message: 'That file is too large.\nUse Git LFS.', reason: 'a file is too large' });
    },
  };
  const { path, progress, report } = await push(hooks, { sent: packWithFileOf(3 * GIB) });
  expect(asked).toEqual([3 * GIB]);
  expect(progress).toMatch(/That file is too large\.\s+Use Git LFS\./);
  expect(progress).not.toMatch(/fatal|early EOF/);
  expect(report).toContain('unpack a file is too large\n');
  expect(report).toContain('ng refs/heads/main a file is too large\n');
  expect(report).toContain('ng refs/heads/other a file is too large\n');
  expect(await leftovers(path)).toEqual([]);
});

it('ends a push whose length alone is too much before any of its pack is read', async () => {
  const { progress, report } = await push(ACCEPT_ALL, { sent: packHead(1), announcedBytes: 2 * GIB + 1 });
  expect(progress).toMatch(/more than 2 GiB outside Git LFS/);
  expect(report).toContain('ng refs/heads/main the push is larger than 2 GiB\n');
});

it('waits for a push that is small as a whole, so that its file can be named', async () => {
  const asked: number[] = [];
  const hooks: PushHooks = { ...ACCEPT_ALL, largeFile: (sizeBytes) => (asked.push(sizeBytes), Promise.resolve(null)) };
  const sent = Buffer.concat([packWithFileOf(3 * GIB), Buffer.alloc(300_000)]);
  const { report } = await push(hooks, { sent, announcedBytes: sent.length });
  expect(asked).toEqual([]);
  expect(report).toContain('unpack index-pack abnormal exit');
});

it('does not ask about files that are not large, and lets go on what is not refused', async () => {
  const asked: number[] = [];
  const hooks: PushHooks = { ...ACCEPT_ALL, largeFile: (sizeBytes) => (asked.push(sizeBytes), Promise.resolve(null)) };
  const small = Buffer.concat([packHead(1), entryHeader(BLOB, 5), deflateSync(Buffer.from('small')), Buffer.alloc(20)]);
  const { report } = await push(hooks, { sent: small });
  expect(asked).toEqual([]);
  expect(report).toContain('unpack index-pack abnormal exit');
});
