import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { formatPaxRecord, parsePaxRecords } from './pax-records';
import { formatTarHeader } from './tar-header';
import { TarReader } from './tar-reader';
import { writeTar } from './tar-writer';
import { arbitraryEntries } from './testing/arbitrary-entry';
import { collect, entries, entry, inChunks } from './testing/entries';
import { inspectTar } from './testing/inspect';

// Other programs are started, on machines that may be busy.
jest.setTimeout(120_000);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'granary-tar-'));
});
afterAll(() => rm(directory, { recursive: true }));

const latin1 = (bytes: Buffer): string => bytes.toString('latin1');

async function readAll(tar: Buffer, chunkBytes: number): Promise<{ path: string; sizeBytes: number; body: Buffer }[]> {
  const reader = new TarReader(inChunks(tar, chunkBytes));
  const found = [];
  for (let next = await reader.next(); next !== null; next = await reader.next()) {
    found.push({ path: latin1(next.path), sizeBytes: next.sizeBytes, body: await reader.wholeBody() });
  }
  return found;
}

describe('writeTar', () => {
  it('is read by Python and bsdtar as it was meant', async () => {
    const path = join(directory, 'arbitrary.tar');
    await fc.assert(
      fc.asyncProperty(arbitraryEntries, async (facts) => {
        await writeFile(path, await collect(writeTar(entries(facts.map((fact) => fact.entry)))));
        const { entries: found } = await inspectTar(path);
        expect(found).toEqual(
          facts.map(({ entry: { path: name, type, mode, mtimeSeconds, linkPath }, content }) => ({
            name: latin1(name),
            type,
            mode,
            mtimeSeconds,
            linkName: latin1(linkPath),
            sizeBytes: content.length,
            sha256: createHash('sha256').update(content).digest('hex'),
          })),
        );
        const listed = execFileSync('bsdtar', ['-tf', path]).toString().split('\n').length - 1;
        expect(listed).toBe(facts.length);
      }),
      { numRuns: 20 },
    );
  });

  it('gives a size of 8 GiB and more in a pax record, as git and GNU tar do', () => {
    const sizeBytes = 8 * 2 ** 30;
    const header = formatTarHeader({ ...entry({ path: Buffer.from('big') }), sizeBytes }, 'label');
    expect(header.length).toBe(3 * 512);
    expect(header.toString('latin1', 0, 15)).toBe('label.paxheader');
    expect(parsePaxRecords(header.subarray(512, 512 + 19))).toEqual(new Map([['size', Buffer.from('8589934592')]]));
    // The content is missing, which tar says after the line.
    const listed = spawnSync('tar', ['-tvf', '-'], { input: header }).stdout.toString();
    expect(listed).toContain(' 8589934592 ');
  });
});

describe('TarReader', () => {
  it('reads what GNU tar writes in the pax format, however it is cut', async () => {
    const long = `${'d'.repeat(120)}/${'f'.repeat(150)}`;
    const script =
      'mkdir -p "$(dirname "$1")" && printf hello > "$1" && ln -s "$1" link && tar --format=pax -cf - "$1" link';
    const cwd = await mkdtemp(join(directory, 'gnu-'));
    const tar = execFileSync('sh', ['-c', script, 'sh', long], { cwd });
    for (const chunkBytes of [1, 511, 513, 100_000]) {
      const found = await readAll(tar, chunkBytes);
      expect(found.map(({ path, body }) => [path, body.toString()])).toEqual([
        [long, 'hello'],
        ['link', ''],
      ]);
    }
  });

  it('takes nothing for an archive that ends without its end mark or is none', async () => {
    const tar = await collect(writeTar(entries([entry({ path: Buffer.from('a'), content: Buffer.from('text') })])));
    for (const cut of [0, 100, 512, 515, 1024])
      await expect(readAll(tar.subarray(0, cut), 512)).rejects.toThrow('too early');
    await expect(readAll(Buffer.alloc(2048, 'no tar'), 512)).rejects.toThrow('not a tar archive');
    const broken = Buffer.from(tar);
    broken[0] = 0x62;
    await expect(readAll(broken, 512)).rejects.toThrow('not a tar archive');
  });

  it('comes to an end on anything that is nearly an archive', async () => {
    const list = [
      entry({ path: Buffer.alloc(300, 'long/'), content: Buffer.from('text') }),
      entry({ path: Buffer.from('b') }),
    ];
    const tar = await collect(writeTar(entries(list)));
    const change = fc.tuple(fc.nat({ max: 4000 }), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 10_240 }),
        async (changes, length) => {
          const broken = Buffer.from(tar.subarray(0, length));
          for (const [at, byte] of changes) if (at < length) broken[at] = byte;
          const found = await readAll(broken, 512).catch((error: unknown) => error);
          if (Array.isArray(found)) expect(found.length).toBeLessThanOrEqual(2);
          else expect(found).toBeInstanceOf(Error);
        },
      ),
    );
  });

  it('skips what the caller leaves of a content', async () => {
    const big = entry({ path: Buffer.from('big'), content: Buffer.alloc(5000, 'x') });
    const tar = await collect(writeTar(entries([big, entry({ path: Buffer.from('next') })])));
    const reader = new TarReader(inChunks(tar, 700));
    await reader.next();
    for await (const piece of reader.body()) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect((await reader.next())?.path.toString()).toBe('next');
    expect(await reader.next()).toBeNull();
  });
});

describe('pax records', () => {
  it('come back as they were, with lengths that count themselves', () => {
    const value = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), value), (records) => {
        const body = Buffer.concat(Object.entries(records).map(([key, bytes]) => formatPaxRecord(key, bytes)));
        expect([...parsePaxRecords(body)]).toEqual(Object.entries(records));
      }),
    );
    // A hundredth byte would be a third digit of the length, and so a hundred and first.
    expect(formatPaxRecord('a', 'x'.repeat(93)).toString()).toMatch(/^99 a=/);
    expect(formatPaxRecord('a', 'x'.repeat(94)).toString()).toMatch(/^101 a=/);
  });

  it.each(['99 a=b\n', 'x a=b\n', '6 a=bb', '0 a=b\n', '6 ab\n'])('refuses %j', (text) => {
    expect(() => parsePaxRecords(Buffer.from(text))).toThrow('pax record');
  });
});
