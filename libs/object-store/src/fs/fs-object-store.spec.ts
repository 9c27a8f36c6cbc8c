import { randomBytes } from 'node:crypto';
import { open, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { BodySize } from '../body-size';
import { describeObjectStore } from '../conformance/object-store.conformance';
import type { ObjectStore } from '../object-store';
import { FileSink } from './file-sink';
import { openFsObjectStore } from './fs-object-store';

async function makeStore() {
  const root = await mkdtemp(join(tmpdir(), 'granary-objects-'));
  const store = await openFsObjectStore({ root });
  const leftovers = () => readdir(join(root, 'tmp'));
  return { root, store, leftovers, dispose: () => rm(root, { recursive: true, force: true }) };
}

describeObjectStore('the file system', makeStore);

describe('the file system store', () => {
  let root: string;
  let store: ObjectStore;
  let dispose: () => Promise<void>;

  beforeEach(async () => ({ root, store, dispose } = await makeStore()));
  afterEach(() => dispose());

  const put = (key: string, body: string) => store.put(key, Readable.from([Buffer.from(body)]));

  it('opens what an earlier process stored', async () => {
    await put('a/b', 'kept');
    const reopened = await openFsObjectStore({ root });
    expect((await buffer(await reopened.read('a/b'))).toString()).toBe('kept');
    expect(await readFile(join(root, 'objects/a/b'), 'utf8')).toBe('kept');
  });

  it('gives stored files to their owner and group alone', async () => {
    await put('private/object', 'x');
    expect((await stat(join(root, 'objects/private/object'))).mode & 0o007).toBe(0);
    expect((await stat(join(root, 'objects/private'))).mode & 0o007).toBe(0);
  });

  it('reads and writes beyond 4 GiB', async () => {
    await put('sparse', '');
    const file = await open(join(root, 'objects/sparse'), 'r+');
    const start = 5 * 2 ** 30;
    await file.write(Buffer.from('far away'), 0, 8, start);
    await file.close();
    expect(await store.stat('sparse')).toMatchObject({ sizeBytes: start + 8 });
    expect((await buffer(await store.read('sparse', { range: { start, end: start + 2 } }))).toString()).toBe('far');
  });

  it('follows no symbolic link', async () => {
    await writeFile(join(root, 'secret'), 'secret');
    await put('link/target', 'x');
    await symlink(join(root, 'secret'), join(root, 'objects/link/link'));
    await expect(store.read('link/link')).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.stat('link/link')).toBeNull();
    const listed: string[] = [];
    for await (const { key } of store.list('link/')) listed.push(key);
    expect(listed).toEqual(['link/target']);
  });

  it('replaces a link instead of writing through it', async () => {
    await writeFile(join(root, 'secret'), 'secret');
    await symlink(join(root, 'secret'), join(root, 'objects/link'));
    await put('link', 'replaced');
    expect(await readFile(join(root, 'secret'), 'utf8')).toBe('secret');
    expect((await buffer(await store.read('link'))).toString()).toBe('replaced');
  });

  it('says when a key is the folder of another, and keeps both as they were', async () => {
    await put('a/b', 'x');
    await expect(put('a', 'y')).rejects.toMatchObject({ code: 'conflict' });
    await expect(put('a/b/c', 'y')).rejects.toMatchObject({ code: 'conflict' });
    expect((await buffer(await store.read('a/b'))).toString()).toBe('x');
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });

  it('sweeps what crashed puts left by its age', async () => {
    await writeFile(join(root, 'tmp/old'), 'partial');
    await utimes(join(root, 'tmp/old'), new Date(0), new Date(0));
    await writeFile(join(root, 'tmp/new'), 'partial');
    expect(await store.sweepStale(60_000)).toBe(1);
    expect(await readdir(join(root, 'tmp'))).toEqual(['new']);
  });

  it('does not sweep a put that runs', async () => {
    const source = new Readable({ read() {} });
    const stored = store.put('slow', source);
    source.push('first');
    while ((await readdir(join(root, 'tmp'))).length === 0);
    await store.sweepStale(-60_000);
    source.push(null);
    expect(await stored).toEqual({ sizeBytes: 5 });
    expect(await store.stat('slow')).toMatchObject({ sizeBytes: 5 });
  });

  it('tells that its directory is gone', async () => {
    await rm(root, { recursive: true });
    await expect(store.check()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.not.stringContaining(root),
    });
    await expect(put('a', 'x')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('has no URLs to sign', async () => {
    expect(await store.presignGet('a', { ttlSeconds: 60 })).toBeNull();
    expect(await store.presignPut('a', { ttlSeconds: 60 })).toBeNull();
  });

  it('tells a full disk', async () => {
    const full = await open('/dev/full', 'w');
    const written = pipeline(Readable.from([randomBytes(4096)]), new FileSink(full, new BodySize()));
    await expect(written).rejects.toMatchObject({ code: 'storage_full' });
    await full.close();
  });
});
