import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { MIB } from '@granary/kernel';
import { HashThread } from './hash-thread';
import { MeasuredFile } from './measured-file';

describe('a measured file', () => {
  const thread = new HashThread();
  let directory: string;
  let file: FileHandle;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'granary-measured-'));
    file = await open(join(directory, 'body'), 'w+');
  });
  afterEach(async () => {
    await file.close();
    await rm(directory, { recursive: true });
  });
  afterAll(() => thread['worker']?.terminate());

  const write = async (measured: MeasuredFile, chunk: Buffer) => {
    await file.write(chunk);
    measured.written([chunk]);
  };
  const measurementOf = (body: Buffer) => ({
    sizeBytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    crc32: crc32(body),
  });

  it.each([
    ['here', null],
    ['in the other thread', thread],
  ])('of several MiB is hashed %s', async (_where, whose) => {
    const chunks = Array.from({ length: 37 }, () => randomBytes(100_000));
    const measured = new MeasuredFile(file.fd, whose);
    for (const chunk of chunks) await write(measured, chunk);
    expect(await measured.finish()).toEqual(measurementOf(Buffer.concat(chunks)));
    await measured.drop();
  });

  it('that lost its end is not taken for whole', async () => {
    const measured = new MeasuredFile(file.fd, thread);
    measured.written([Buffer.alloc(2 * MIB)]);
    await file.truncate(MIB);
    await expect(measured.finish()).rejects.toThrow('ends at byte');
    await measured.drop();
  });

  it('that cannot be read says what the system said, and the next one is hashed', async () => {
    const blind = await open(join(directory, 'blind'), 'w');
    const measured = new MeasuredFile(blind.fd, thread);
    const chunk = randomBytes(2 * MIB);
    await blind.write(chunk);
    measured.written([chunk]);
    await expect(measured.finish()).rejects.toMatchObject({ code: 'EBADF', syscall: 'read' });
    await measured.drop();
    await blind.close();
    const next = new MeasuredFile(file.fd, thread);
    await write(next, chunk);
    expect(await next.finish()).toEqual(measurementOf(chunk));
  });

  it('may be dropped before its end, and twice', async () => {
    const measured = new MeasuredFile(file.fd, thread);
    for (let n = 0; n < 5; n++) await write(measured, randomBytes(MIB));
    await measured.drop();
    await measured.drop();
    expect(thread['listeners'].size).toBe(0);
  });

  it('fails when the thread is lost, and drops all the same', async () => {
    const lost = new HashThread();
    const measured = new MeasuredFile(file.fd, lost);
    await write(measured, randomBytes(2 * MIB));
    await lost['worker']?.terminate();
    await expect(measured.finish()).rejects.toThrow('hashing thread ended');
    await measured.drop();
  });
});
