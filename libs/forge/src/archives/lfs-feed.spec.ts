import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { MIB } from '@granary/kernel';
import type { PlannedLfsFile } from './plan/archive-plan';
import { LfsFeed } from './lfs-feed';
import { collect } from '@granary/archive-format/testing';

/** Files whose openings and closings are noted in `log`. */
function files(sizes: readonly number[], log: string[]): PlannedLfsFile[] {
  return sizes.map((sizeBytes, index) => ({
    path: `f${index}`,
    oid: String(index),
    sizeBytes,
    crc32: sizeBytes < MIB ? crc32(Buffer.alloc(sizeBytes, index)) : null,
    open: async () => {
      log.push(`open ${index}`);
      return Readable.from(blocks(sizeBytes, index), { objectMode: false }).on('close', () =>
        log.push(`close ${index}`),
      );
    },
  }));
}

async function* blocks(sizeBytes: number, fill: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < sizeBytes; at += MIB) yield Buffer.alloc(Math.min(MIB, sizeBytes - at), fill);
}

async function* empty(): AsyncGenerator<Buffer> {}

describe('LfsFeed', () => {
  it('opens the next four while one is read, and gives each its own content', async () => {
    const log: string[] = [];
    const feed = new LfsFeed(files([10, 20, 30, 40, 50, 60, 70], log), new AbortController().signal);
    expect(feed.find('other')).toBeNull();
    const first = await collect(feed.find('f0')?.content ?? empty());
    expect(log.filter((line) => line.startsWith('open'))).toEqual([0, 1, 2, 3, 4].map((index) => `open ${index}`));
    const rest = [];
    for (let index = 1; index < 7; index++) rest.push(await collect(feed.find(`f${index}`)?.content ?? empty()));
    expect([first, ...rest].map((content) => [content.length, content[0]])).toEqual(
      [10, 20, 30, 40, 50, 60, 70].map((sizeBytes, index) => [sizeBytes, index]),
    );
    expect(log.filter((line) => line.startsWith('open')).length).toBe(7);
  });

  it('opens nothing that a long object keeps waiting', async () => {
    const log: string[] = [];
    const feed = new LfsFeed(files([40 * MIB, 10, 33 * MIB, 10], log), new AbortController().signal);
    let readBytes = 0;
    for await (const chunk of feed.find('f0')?.content ?? empty()) {
      if (readBytes < 7 * MIB) expect(log).toEqual(['open 0']);
      readBytes += chunk.length;
    }
    expect(log.filter((line) => line.startsWith('open'))).toEqual(['open 0', 'open 1', 'open 2']);
  });

  it('reads the next ones while one is held up, a few MiB of each', async () => {
    const read = [0, 0, 0, 0];
    const counted = files([10, 20 * MIB, 10 * MIB, 10], []).map((file, index) => ({
      ...file,
      open: async () => Readable.from(count(blocks(file.sizeBytes, index), index), { objectMode: false }),
    }));
    async function* count(source: AsyncIterable<Buffer>, index: number): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        read[index] = (read[index] ?? 0) + chunk.length;
        yield chunk;
      }
    }
    const feed = new LfsFeed(counted, new AbortController().signal);
    await collect(feed.find('f0')?.content ?? empty());
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    expect(read[0]).toBe(10);
    for (const index of [1, 2]) {
      expect(read[index]).toBeGreaterThanOrEqual(4 * MIB);
      expect(read[index]).toBeLessThanOrEqual(8 * MIB);
    }
    expect((await collect(feed.find('f1')?.content ?? empty())).length).toBe(20 * MIB);
    expect((await collect(feed.find('f2')?.content ?? empty())).equals(Buffer.alloc(10 * MIB, 2))).toBe(true);
    expect((await collect(feed.find('f3')?.content ?? empty())).length).toBe(10);
  });

  it('closes what it opened ahead when its signal fires', async () => {
    const log: string[] = [];
    const owner = new AbortController();
    const feed = new LfsFeed(files([10, 20, 30], log), owner.signal);
    await collect(feed.find('f0')?.content ?? empty());
    owner.abort(new Error('over'));
    await expect(collect(feed.find('f1')?.content ?? empty())).rejects.toThrow();
    await new Promise(setImmediate);
    expect(log).toEqual(expect.arrayContaining(['close 1', 'close 2']));
  });
});
