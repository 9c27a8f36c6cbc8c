import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from './log-file';

let scratch: string;
beforeEach(async () => (scratch = await mkdtemp(join(tmpdir(), 'granary-log-'))));
afterEach(() => rm(scratch, { recursive: true, force: true }));

describe('the log', () => {
  it('is bounded while somebody appends to it', async () => {
    const log = new LogFile(join(scratch, 'log'), 1000);
    const server = await log.openForAppend();
    await server.write('a'.repeat(1001));
    await log.rotate();
    await server.write('b'.repeat(10));
    await log.rotate();
    await server.close();
    expect(await readFile(log.path, 'utf8')).toBe('b'.repeat(10));
    expect(await readFile(`${log.path}.1`, 'utf8')).toBe('a'.repeat(1001));
  });

  it('gives what was written since, at most its last 4 KiB', async () => {
    const log = new LogFile(join(scratch, 'log'), 1_000_000);
    const server = await log.openForAppend();
    await server.write('before ');
    const offset = await log.sizeBytes();
    await server.write('after');
    expect(await log.tail(offset)).toBe('after');
    await server.write('x'.repeat(5000));
    await server.close();
    expect(await log.tail(offset)).toBe('x'.repeat(4096));
    expect(await log.tail(1_000_000)).toBe('x'.repeat(4096));
  });
});
