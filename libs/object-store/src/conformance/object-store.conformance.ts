import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as tick } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { MIB } from '@granary/kernel';
import type { ObjectFacts, ObjectStore } from '../object-store';

export interface StoreUnderTest {
  /** Empty. */
  store: ObjectStore;
  /** Names of what unfinished puts left on the medium. */
  leftovers(): Promise<string[]>;
  dispose(): Promise<void>;
}

const BAD_KEYS = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  'a/../b',
  '../a',
  'a/./b',
  'a b',
  'a\\b',
  'a\0b',
  'ä',
  'a?b',
  'a%2fb',
];

/** What every adapter of {@link ObjectStore} must do. */
export function describeObjectStore(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name} as an object store`, () => {
    let under: StoreUnderTest;
    let store: ObjectStore;

    beforeAll(async () => {
      under = await makeStore();
      store = under.store;
    }, 60_000);
    afterAll(() => under?.dispose(), 30_000);

    const put = (key: string, body: Buffer | string, sizeBytes?: number) =>
      store.put(key, Readable.from([Buffer.from(body)]), { sizeBytes });
    const get = async (key: string, range?: { start: number; end: number }) => buffer(await store.read(key, { range }));
    const keys = async (prefix: string) => {
      const found: string[] = [];
      for await (const { key } of store.list(prefix)) found.push(key);
      return found;
    };
    const expectNothing = async (key: string) => {
      expect(await store.stat(key)).toBeNull();
      expect(await under.leftovers()).toEqual([]);
    };

    describe('putMeasured', () => {
      const cut = (whole: Buffer, lengthBytes: number) =>
        Array.from({ length: Math.ceil(whole.length / lengthBytes) }, (_, n) =>
          whole.subarray(n * lengthBytes, (n + 1) * lengthBytes),
        );
      const measurementOf = (body: Buffer) => ({
        sizeBytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
        crc32: crc32(body),
      });

      it.each([0, 1, MIB, MIB + 1, 3 * MIB, 9 * MIB + 12_345])('stores and measures %d bytes', async (sizeBytes) => {
        const body = randomBytes(sizeBytes);
        for (const lengthBytes of [65_536, 1_500_001]) {
          const measured = await store.putMeasured('measured/one', Readable.from(cut(body, lengthBytes)), {
            sizeBytes,
          });
          expect(measured).toEqual(measurementOf(body));
          expect((await get('measured/one')).equals(body)).toBe(true);
        }
        expect(await under.leftovers()).toEqual([]);
      });

      it('keeps bodies that come side by side apart', async () => {
        const bodies = Array.from({ length: 6 }, (_, n) => randomBytes((n + 1) * MIB));
        const measured = await Promise.all(
          bodies.map((body, n) => store.putMeasured(`measured/beside-${n}`, Readable.from(cut(body, 50_000)))),
        );
        expect(measured).toEqual(bodies.map(measurementOf));
      });

      it.each([
        ['larger', 19],
        ['smaller', 21],
      ])('refuses a body %s than announced and leaves nothing', async (_how, announcedMib) => {
        const stored = store.putMeasured('measured/wrong-size', Readable.from(cut(randomBytes(20 * MIB), 65_536)), {
          sizeBytes: announcedMib * MIB,
        });
        await expect(stored).rejects.toMatchObject({ code: 'invalid' });
        await expectNothing('measured/wrong-size');
      });

      it.each(['broken', 'aborted'])('leaves nothing of a body that is %s, and the next one alone', async (how) => {
        const abort = new AbortController();
        const source = new Readable({ read() {} });
        const stored = store.putMeasured('measured/never', source, { signal: abort.signal });
        stored.catch(() => undefined);
        for (let sent = 0; sent < 20; sent++) source.push(randomBytes(MIB));
        await tick();
        if (how === 'aborted') abort.abort();
        else source.destroy(new Error('the client vanished'));
        await expect(stored).rejects.toThrow(how === 'aborted' ? /abort/i : 'the client vanished');
        expect(source.destroyed).toBe(true);
        await expectNothing('measured/never');
        const body = randomBytes(2 * MIB);
        const next = await store.putMeasured('measured/next', Readable.from(cut(body, 65_536)));
        expect(next).toEqual(measurementOf(body));
      });

      it.each(['put', 'putMeasured'] as const)('%s hears of a source that fails at once', async (method) => {
        const source = new Readable({ read() {} });
        const stored = store[method]('measured/at-once', source);
        source.destroy(new Error('the client vanished'));
        await expect(stored).rejects.toThrow('the client vanished');
        await expectNothing('measured/at-once');
      });

      it('does not begin when aborted before', async () => {
        const source = Readable.from([Buffer.from('late')]);
        const stored = store.putMeasured('measured/late', source, { signal: AbortSignal.abort() });
        await expect(stored).rejects.toMatchObject({ name: 'AbortError' });
        await expectNothing('measured/late');
      });
    });

    describe('put', () => {
      it('stores an empty object', async () => {
        expect(await put('put/empty', '', 0)).toEqual({ sizeBytes: 0 });
        expect(await store.stat('put/empty')).toMatchObject({ sizeBytes: 0 });
        expect(await get('put/empty')).toEqual(Buffer.alloc(0));
      });

      it.each([
        ['announced', true],
        ['not announced', false],
      ])('stores 40 MiB and a bit, the size %s', async (_how, announced) => {
        const body = randomBytes(40 * MIB + 7);
        const pieces = Readable.from([body.subarray(0, 5_000_001), body.subarray(5_000_001)]);
        const stored = await store.put('put/big', pieces, { sizeBytes: announced ? body.length : undefined });
        expect(stored).toEqual({ sizeBytes: body.length });
        expect(await store.stat('put/big')).toMatchObject({ sizeBytes: body.length });
        expect((await get('put/big')).equals(body)).toBe(true);
        expect(await under.leftovers()).toEqual([]);
      });

      it('says when an object was stored', async () => {
        const before = Date.now();
        await put('put/dated', 'x');
        const { modifiedAt } = (await store.stat('put/dated')) ?? {};
        // Stores keep whole seconds.
        expect(modifiedAt?.getTime()).toBeGreaterThanOrEqual(before - 1000);
        expect(modifiedAt?.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
      });

      it('replaces an object', async () => {
        await put('put/twice', 'the first one');
        await put('put/twice', 'second');
        expect((await get('put/twice')).toString()).toBe('second');
      });

      it.each([
        ['larger', 4],
        ['smaller', 6],
      ])('refuses a body %s than announced and leaves nothing', async (_how, announced) => {
        await expect(put('put/wrong-size', 'hello', announced)).rejects.toMatchObject({ code: 'invalid' });
        await expectNothing('put/wrong-size');
      });

      it('refuses a large body of the wrong size and keeps the old object', async () => {
        await put('put/kept', 'old');
        await expect(put('put/kept', randomBytes(20 * MIB), 30 * MIB)).rejects.toMatchObject({ code: 'invalid' });
        expect((await get('put/kept')).toString()).toBe('old');
        expect(await under.leftovers()).toEqual([]);
      });

      it('shows nothing before the end, and nothing after the source failed', async () => {
        const source = new Readable({ read() {} });
        const stored = store.put('put/broken', source);
        stored.catch(() => undefined);
        for (let sent = 0; sent < 20; sent++) source.push(randomBytes(MIB));
        await tick();
        expect(await store.stat('put/broken')).toBeNull();
        source.destroy(new Error('the client vanished'));
        await expect(stored).rejects.toThrow('the client vanished');
        await expectNothing('put/broken');
      });

      it('stops at an abort and leaves nothing', async () => {
        const abort = new AbortController();
        const source = new Readable({ read() {} });
        const stored = store.put('put/aborted', source, { signal: abort.signal, sizeBytes: 100 * MIB });
        stored.catch(() => undefined);
        for (let sent = 0; sent < 20; sent++) source.push(randomBytes(MIB));
        await tick();
        abort.abort();
        await expect(stored).rejects.toMatchObject({ name: 'AbortError' });
        expect(source.destroyed).toBe(true);
        await expectNothing('put/aborted');
      });

      it('does not begin when aborted before', async () => {
        const source = Readable.from([Buffer.from('late')]);
        const stored = store.put('put/late', source, { signal: AbortSignal.abort() });
        await expect(stored).rejects.toMatchObject({ name: 'AbortError' });
        expect(source.destroyed).toBe(true);
        await expectNothing('put/late');
      });

      it('lets one of many writers of a key win whole', async () => {
        const bodies = Array.from({ length: 6 }, (_, index) => Buffer.alloc(18 * MIB, index + 1));
        await Promise.all(bodies.map((body) => store.put('put/raced', Readable.from([body]))));
        const won = await get('put/raced');
        expect(bodies.some((body) => body.equals(won))).toBe(true);
        expect(await under.leftovers()).toEqual([]);
      }, 60_000);
    });

    describe('adopt', () => {
      let directory: string;
      beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'adopt-'))));
      afterAll(() => rm(directory, { recursive: true, force: true }));
      const file = async (name: string, body: Buffer | string) => {
        await writeFile(join(directory, name), body);
        return join(directory, name);
      };

      it('takes a file of 20 MiB over, while somebody reads it', async () => {
        const body = randomBytes(20 * MIB + 5);
        const path = await file('big', body);
        const reader = await open(path, 'r');
        await put('adopt/big', 'old');
        expect(await store.adopt('adopt/big', path, { sizeBytes: body.length })).toEqual({ sizeBytes: body.length });
        expect((await get('adopt/big')).equals(body)).toBe(true);
        expect((await reader.readFile()).equals(body)).toBe(true);
        await reader.close();
        expect(await readdir(directory)).toEqual([]);
        expect(await under.leftovers()).toEqual([]);
      });

      it('refuses another size, a file that is not there and an abort, and leaves file and object alone', async () => {
        await put('adopt/kept', 'old');
        const path = await file('small', 'new');
        await expect(store.adopt('adopt/kept', path, { sizeBytes: 4 })).rejects.toMatchObject({ code: 'invalid' });
        const signal = AbortSignal.abort();
        await expect(store.adopt('adopt/kept', path, { signal })).rejects.toMatchObject({ name: 'AbortError' });
        await expect(store.adopt('adopt/kept', join(directory, 'absent'))).rejects.toThrow();
        expect((await get('adopt/kept')).toString()).toBe('old');
        expect(await readdir(directory)).toEqual(['small']);
        expect(await under.leftovers()).toEqual([]);
      });
    });

    describe('read', () => {
      const digits = '0123456789';
      beforeAll(() => put('read/digits', digits));

      it.each([
        [{ start: 0, end: 0 }, '0'],
        [{ start: 0, end: 9 }, digits],
        [{ start: 3, end: 5 }, '345'],
        [{ start: 9, end: 9 }, '9'],
        [{ start: 7, end: 1_000_000 }, '789'],
        [{ start: 4, end: Number.MAX_SAFE_INTEGER - 1 }, '456789'],
      ])('gives the bytes %j', async (range, expected) => {
        expect((await get('read/digits', range)).toString()).toBe(expected);
      });

      it.each([
        { start: 10, end: 10 },
        { start: 11, end: 20 },
        { start: 5, end: 4 },
        { start: -1, end: 3 },
        { start: 0.5, end: 3 },
        { start: NaN, end: NaN },
      ])('refuses the bytes %j', async (range) => {
        await expect(store.read('read/digits', { range })).rejects.toMatchObject({ code: 'range_not_satisfiable' });
      });

      it('has no range in an empty object', async () => {
        await put('read/empty', '');
        const read = store.read('read/empty', { range: { start: 0, end: 0 } });
        await expect(read).rejects.toMatchObject({ code: 'range_not_satisfiable' });
      });

      it('tells an absent object before the first byte', async () => {
        await expect(store.read('read/absent')).rejects.toMatchObject({ code: 'not_found' });
        await expect(store.read('read')).rejects.toMatchObject({ code: 'not_found' });
        const range = { start: 0, end: 1 };
        await expect(store.read('read/absent', { range })).rejects.toMatchObject({ code: 'not_found' });
      });

      it('keeps giving the object it opened when that is replaced or deleted', async () => {
        const body = randomBytes(12 * MIB);
        await put('read/replaced', body);
        const stream = await store.read('read/replaced');
        await put('read/replaced', 'new');
        await store.delete('read/replaced');
        expect((await buffer(stream)).equals(body)).toBe(true);
      });

      it('stops at an abort', async () => {
        await put('read/aborted', randomBytes(12 * MIB));
        const abort = new AbortController();
        const stream = await store.read('read/aborted', { signal: abort.signal });
        abort.abort();
        await expect(buffer(stream)).rejects.toMatchObject({ name: 'AbortError' });
        expect(stream.destroyed).toBe(true);
      });
    });

    describe('stat', () => {
      it('knows neither an absent object nor a folder', async () => {
        await put('stat/folder/object', 'x');
        expect(await store.stat('stat/absent')).toBeNull();
        expect(await store.stat('stat/folder')).toBeNull();
        expect(await store.stat('stat/folder/object/below')).toBeNull();
      });
    });

    describe('move', () => {
      it('renames', async () => {
        await put('staging/moved', 'body');
        await store.move('staging/moved', 'move/a/b/moved');
        expect(await store.stat('staging/moved')).toBeNull();
        expect((await get('move/a/b/moved')).toString()).toBe('body');
      });

      it('replaces the target', async () => {
        await put('move/target', 'old');
        await put('move/source', 'new');
        await store.move('move/source', 'move/target');
        expect((await get('move/target')).toString()).toBe('new');
      });

      it('moves 40 MiB', async () => {
        const body = randomBytes(40 * MIB + 3);
        await put('move/big', body);
        await store.move('move/big', 'move/big-there');
        expect((await get('move/big-there')).equals(body)).toBe(true);
        expect(await store.stat('move/big')).toBeNull();
        expect(await under.leftovers()).toEqual([]);
      });

      it('keeps an object that is moved to itself', async () => {
        await put('move/self', 'body');
        await store.move('move/self', 'move/self');
        expect((await get('move/self')).toString()).toBe('body');
      });

      it('tells an absent source and keeps the target', async () => {
        await put('move/kept', 'kept');
        await expect(store.move('move/absent', 'move/kept')).rejects.toMatchObject({ code: 'not_found' });
        await expect(store.move('move/absent', 'move/absent')).rejects.toMatchObject({ code: 'not_found' });
        expect((await get('move/kept')).toString()).toBe('kept');
      });
    });

    describe('compose', () => {
      it('copies one object, which then lives alone', async () => {
        await put('compose/one', 'body');
        await store.compose(['compose/one'], 'compose/a/copy');
        expect((await get('compose/one')).toString()).toBe('body');
        await put('compose/one', 'new');
        await store.delete('compose/one');
        expect((await get('compose/a/copy')).toString()).toBe('body');
        expect(await under.leftovers()).toEqual([]);
      });

      it('puts large objects one behind the other', async () => {
        const bodies = [6 * MIB, 6 * MIB, 17 * MIB + 5, 3].map((sizeBytes) => randomBytes(sizeBytes));
        for (const [at, body] of bodies.entries()) await put(`compose/part.${at}`, body);
        const from = bodies.map((_, at) => `compose/part.${at}`);
        await store.compose(from, 'compose/large');
        expect((await get('compose/large')).equals(Buffer.concat(bodies))).toBe(true);
        expect((await get(from[0] ?? '')).equals(bodies[0] ?? Buffer.alloc(0))).toBe(true);
      });

      it('puts small and empty objects one behind the other, replacing the target', async () => {
        await put('compose/small', 'old');
        for (const [name, body] of Object.entries({ x: 'hello ', y: '', z: 'world' }))
          await put(`compose/${name}`, body);
        await store.compose(['compose/x', 'compose/y', 'compose/z'], 'compose/small');
        expect((await get('compose/small')).toString()).toBe('hello world');
        await store.compose(['compose/small'], 'compose/small');
        expect((await get('compose/small')).toString()).toBe('hello world');
      });

      it('tells an absent source and keeps the target', async () => {
        await put('compose/kept', 'kept');
        await put('compose/there', 'there');
        for (const from of [['compose/absent'], ['compose/there', 'compose/absent', 'compose/there']]) {
          await expect(store.compose(from, 'compose/kept')).rejects.toMatchObject({ code: 'not_found' });
        }
        expect((await get('compose/kept')).toString()).toBe('kept');
        expect(await under.leftovers()).toEqual([]);
      });

      it('makes an empty object of nothing', async () => {
        await store.compose([], 'compose/nothing');
        expect(await store.stat('compose/nothing')).toMatchObject({ sizeBytes: 0 });
      });
    });

    describe('delete', () => {
      it('removes, and removes again', async () => {
        await put('delete/gone', 'x');
        await store.delete('delete/gone');
        expect(await store.stat('delete/gone')).toBeNull();
        await store.delete('delete/gone');
      });

      it('leaves a folder alone', async () => {
        await put('delete/folder/object', 'x');
        await store.delete('delete/folder');
        expect((await get('delete/folder/object')).toString()).toBe('x');
      });
    });

    describe('list', () => {
      const listed = ['list/0012', 'list/a-b', 'list/a/1', 'list/a/2/deep', 'list/a/20', 'list/a0', 'list/b'];
      beforeAll(async () => {
        for (const key of [...listed].reverse()) await put(key, key);
      });

      it.each([
        ['list/', listed],
        ['list/a', listed.slice(1, 6)],
        ['list/a/', listed.slice(2, 5)],
        ['list/a/2', ['list/a/2/deep', 'list/a/20']],
        ['list/a/2/', ['list/a/2/deep']],
        ['list/b', ['list/b']],
        ['list/none', []],
        ['list/none/', []],
        ['list/b/', []],
      ])('gives the keys that begin with %j in byte order', async (prefix, expected) => {
        expect(await keys(prefix)).toEqual(expected);
      });

      it('gives everything for the empty prefix, with size and time', async () => {
        const found = new Map<string, ObjectFacts>();
        for await (const { key, ...facts } of store.list('')) found.set(key, facts);
        for (const key of listed) {
          const { sizeBytes, modifiedAt } = found.get(key) ?? {};
          expect(sizeBytes).toBe(key.length);
          expect(modifiedAt?.getTime()).toBeGreaterThan(Date.now() - 3_600_000);
        }
      });

      it.each(['/', 'a//', '../', 'a b', 'a/../b'])('refuses the prefix %j', async (prefix) => {
        await expect(keys(prefix)).rejects.toMatchObject({ code: 'invalid' });
      });
    });

    it.each(BAD_KEYS)('refuses the key %j everywhere', async (key) => {
      const bad = { code: 'invalid' };
      const source = Readable.from([Buffer.from('x')]);
      await expect(store.put(key, source)).rejects.toMatchObject(bad);
      expect(source.destroyed).toBe(true);
      await expect(store.stat(key)).rejects.toMatchObject(bad);
      await expect(store.read(key)).rejects.toMatchObject(bad);
      await expect(store.move(key, 'bad/to')).rejects.toMatchObject(bad);
      await expect(store.move('bad/from', key)).rejects.toMatchObject(bad);
      await expect(store.compose([key], 'bad/to')).rejects.toMatchObject(bad);
      await expect(store.compose(['bad/from'], key)).rejects.toMatchObject(bad);
      await expect(store.delete(key)).rejects.toMatchObject(bad);
    });

    it('is ready', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}
