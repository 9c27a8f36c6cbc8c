import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { GitFailed } from '@granary/git-process';
import { ARCHIVE_FORMATS, type ArchiveFormatName } from './archive-format';
import type { ArchiveLfsObject } from './plan/archive-plan';
import { openArchive } from './archive-stream';
import { ArchiveBench, noProcessNames, PREFIX, processesNaming, type TestArchive } from './testing/archives';
import { inChunks, noise } from '@granary/archive-format/testing';
import { oidOf, pointerTo } from './testing/repository';

// Other programs are started, on machines that may be busy.
jest.setTimeout(120_000);

const MEDIA = noise(3, 2_000_000);
const FORMATS = ARCHIVE_FORMATS.map(({ name }) => name);

let bench: ArchiveBench;
let archive: TestArchive;
beforeAll(async () => {
  bench = await ArchiveBench.open();
  archive = await bench.archive([
    { path: '.gitattributes', content: '*.bin filter=lfs\n' },
    { path: 'media.bin', content: pointerTo(MEDIA) },
    // Behind the object: git cannot end before somebody reads these.
    { path: 'z1.txt', content: Buffer.alloc(900_000, 'z') },
    { path: 'z2.txt', content: Buffer.alloc(3_000_000, 'z') },
  ]);
});
afterAll(() => bench.close());

type Open = ArchiveLfsObject['open'];

async function start(format: ArchiveFormatName, open: Open, signal = new AbortController().signal): Promise<Readable> {
  const object = { sizeBytes: MEDIA.length, crc32: crc32(MEDIA), open };
  const plan = await archive.plan({ resolveLfs: async () => new Map([[oidOf(MEDIA), object]]) });
  const { home } = bench;
  return openArchive({
    home,
    repositoryPath: archive.repositoryPath,
    plan,
    ...bench.encoding(format),
    prefix: PREFIX,
    signal,
  });
}

const streamOf = (chunks: AsyncIterable<Buffer>): Readable => Readable.from(chunks, { objectMode: false });

/** Gives some bytes and then nothing, without ending. */
function stalled(): Readable {
  const stream = new Readable({ read: () => undefined });
  stream.push(MEDIA.subarray(0, 1_500_000));
  return stream;
}

async function expectNothingLeft(stream: Readable, lfs: Readable | null): Promise<void> {
  // Not once(): it would reject with the error that destroyed the stream.
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
  expect(stream.destroyed).toBe(true);
  expect(stream.readableEnded).toBe(false);
  expect(lfs?.destroyed ?? true).toBe(true);
  await noProcessNames(archive.repositoryPath);
}

describe.each(FORMATS)('an archive as %s', (format) => {
  const broken: [string, () => AsyncGenerator<Buffer>, string][] = [
    [
      'breaks',
      async function* () {
        yield MEDIA.subarray(0, 1_000_000);
        throw new Error('the store is gone');
      },
      'the store is gone',
    ],
    ['is too short', () => inChunks(MEDIA.subarray(1), 65_536), 'too early'],
    ['is too long', () => inChunks(Buffer.concat([MEDIA, Buffer.from('x')]), 65_536), 'longer'],
    ['is another', () => inChunks(noise(4, MEDIA.length), 65_536), 'CRC-32'],
  ];

  it.each(broken)('fails when an object %s in the middle', async (_, chunks, message) => {
    const lfs = streamOf(chunks());
    await expect(start(format, async () => lfs).then(buffer)).rejects.toThrow(message);
    expect(lfs.destroyed).toBe(true);
    await noProcessNames(archive.repositoryPath);
  });

  it('fails when an object cannot be opened', async () => {
    const refused = async (): Promise<Readable> => {
      throw new Error('no such object');
    };
    await expect(start(format, refused).then(buffer)).rejects.toThrow('no such object');
    await noProcessNames(archive.repositoryPath);
  });

  it('ends git and the download when its reader leaves while the object stalls', async () => {
    const lfs = stalled();
    const stream = await start(format, async () => lfs);
    await once(stream, 'readable');
    expect((await processesNaming(archive.repositoryPath)).length).toBeGreaterThan(0);
    stream.destroy();
    await expectNothingLeft(stream, lfs);
  });

  it('ends with its signal', async () => {
    const lfs = stalled();
    const owner = new AbortController();
    const stream = await start(format, async () => lfs, owner.signal);
    const read = buffer(stream);
    owner.abort(new Error('shutting down'));
    await expect(read).rejects.toMatchObject({ name: 'AbortError' });
    await expectNothingLeft(stream, lfs);
  });

  it('ends with its sink', async () => {
    const lfs = stalled();
    const stream = await start(format, async () => lfs);
    const sink = new Writable({ write: (_chunk, _encoding, done) => done(new Error('connection reset')) });
    await expect(pipeline(stream, sink)).rejects.toThrow('connection reset');
    await expectNothingLeft(stream, lfs);
  });
});

describe('an archive', () => {
  it('does not wait for a store that never answers once its signal fired', async () => {
    const owner = new AbortController();
    let opening: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (opening = resolve));
    const started = start('tar', () => (opening(), new Promise<Readable>(() => undefined)), owner.signal);
    await asked;
    owner.abort(new Error('gone'));
    await expect(started).rejects.toThrow('gone');
    await noProcessNames(archive.repositoryPath);
  });

  it('closes what it opened ahead when it fails at once', async () => {
    const two = await bench.archive([
      { path: '.gitattributes', content: '*.bin filter=lfs' },
      { path: 'a.bin', content: pointerTo(MEDIA) },
      { path: 'b.bin', content: pointerTo(MEDIA) },
    ]);
    const waiting = stalled();
    const broken = new Readable({ read: () => broken.destroy(new Error('gone')) });
    const streams = [broken, waiting];
    const object = { sizeBytes: MEDIA.length, crc32: null, open: async () => streams.shift() as Readable };
    const plan = await two.plan({ resolveLfs: async () => new Map([[oidOf(MEDIA), object]]) });
    const options = { home: bench.home, repositoryPath: two.repositoryPath, plan, prefix: PREFIX };
    const signal = new AbortController().signal;
    await expect(openArchive({ ...options, ...bench.encoding('tar'), signal })).rejects.toThrow('gone');
    expect(streams).toEqual([]);
    expect(waiting.destroyed).toBe(true);
  });

  it('fails before its first byte when git cannot read the commit', async () => {
    const plan = { ...(await archive.plan({ lfs: false })), commit: 'c'.repeat(40) };
    const options = { home: bench.home, repositoryPath: archive.repositoryPath, plan, prefix: PREFIX };
    const signal = new AbortController().signal;
    await expect(openArchive({ ...options, ...bench.encoding('zip'), signal })).rejects.toThrow(GitFailed);
  });

  it('takes no more from the store than its reader takes from it, but for a few blocks', async () => {
    let pulledBytes = 0;
    const stream = await start('zip', async () =>
      streamOf(
        (async function* () {
          for await (const chunk of inChunks(MEDIA, 16_384)) {
            pulledBytes += chunk.length;
            yield chunk;
          }
        })(),
      ),
    );
    let takenBytes = 0;
    let mostAheadBytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      takenBytes += chunk.length;
      // Time for whatever would run ahead.
      for (let turn = 0; turn < 20; turn++) await setImmediate();
      mostAheadBytes = Math.max(mostAheadBytes, pulledBytes - takenBytes);
    }
    expect(pulledBytes).toBe(MEDIA.length);
    expect(mostAheadBytes).toBeLessThan(1_000_000);
  });
});
