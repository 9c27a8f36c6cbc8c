import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { GrowingFileRoom } from './growing-file';
import { SharedBody, type ReaderPlace } from './shared-body';

let directory: string;
let serial = 0;
beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'shared-body-'))));
afterAll(() => rm(directory, { recursive: true, force: true }));

const bodies: SharedBody[] = [];
afterEach(() => Promise.all(bodies.splice(0).map((body) => body.remove())));

function bodyOf(mostBytes: number): SharedBody {
  const room: GrowingFileRoom = {
    take: (fileBytes, moreBytes) => fileBytes + moreBytes <= mostBytes,
    giveBack: () => undefined,
  };
  const body = new SharedBody(join(directory, String(serial++)), room);
  bodies.push(body);
  return body;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Reads to the end, a few bytes at a time, letting others run between. */
async function readAll(body: SharedBody, place: ReaderPlace, step: number): Promise<Buffer> {
  const read: Buffer[] = [];
  for (;;) {
    const buffer = Buffer.alloc(step);
    const sizeBytes = await body.fill(place, [buffer]);
    if (sizeBytes === 0) break;
    read.push(buffer.subarray(0, sizeBytes));
    await turn();
  }
  body.leave(place);
  return Buffer.concat(read);
}

it('gives every reader all bytes, wherever the file has to end and whatever their speeds', async () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  const steps = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 20 }), fc.nat(600), steps, async (chunks, most, speeds) => {
      const body = bodyOf(most);
      await body.createFile();
      const readers = speeds.map((step) => {
        const place = { offset: 0 };
        body.join(place);
        return readAll(body, place, step);
      });
      for (const each of chunks) await body.append(each);
      await body.flush();
      body.complete();
      const whole = Buffer.concat(chunks);
      for (const reader of readers) expect((await reader).equals(whole)).toBe(true);
      expect(body).toMatchObject({ totalBytes: whole.length, isInUse: false, isInFile: whole.length <= most });
      expect(body.isJoinable).toBe(whole.length <= most);
    }),
    { numRuns: 50 },
  );
});

it('waits for the slowest reader where the file may not grow, and for nobody once that one left', async () => {
  const body = bodyOf(0);
  await body.createFile();
  const [slow, quick] = [{ offset: 0 }, { offset: 0 }];
  body.join(slow);
  body.join(quick);
  const buffer = Buffer.alloc(2 ** 20);
  let taken = 0;
  const making = (async () => {
    for (; taken < 16; taken++) await body.append(Buffer.alloc(2 ** 20));
  })();
  while (quick.offset < 4 * 2 ** 20) await body.fill(quick, [buffer]);
  for (let n = 0; n < 20; n++) await turn();
  // Four are held; the next ones wait.
  expect(taken).toBeLessThan(8);
  expect(body.isJoinable).toBe(false);
  body.leave(slow);
  while (quick.offset < 16 * 2 ** 20) await body.fill(quick, [buffer]);
  await making;
  expect(taken).toBe(16);
});

it('takes nothing more, and waits for nobody, once it is given up', async () => {
  const body = bodyOf(0);
  const place = { offset: 0 };
  body.join(place);
  const making = (async () => {
    for (let n = 0; n < 16; n++) await body.append(Buffer.alloc(2 ** 20));
    await body.flush();
  })();
  await turn();
  body.giveUp();
  await making;
  expect(body.isJoinable).toBe(false);
  expect(body.totalBytes).toBeLessThan(16 * 2 ** 20);
});

it('lets readers have what is there before they hear of a failure', async () => {
  const body = bodyOf(100);
  await body.createFile();
  const place = { offset: 0 };
  body.join(place);
  await body.append(Buffer.from('half'));
  await body.flush();
  body.fail(new Error('the source broke off'));
  body.fail(new Error('and something else'));
  expect(await body.fill(place, [Buffer.alloc(10)])).toBe(4);
  await expect(body.fill(place, [Buffer.alloc(10)])).rejects.toThrow('the source broke off');
  expect(body).toMatchObject({ isJoinable: false, isRunning: false, isComplete: false });
});

it('wakes who waits when the end comes', async () => {
  const body = bodyOf(100);
  await body.createFile();
  const place = { offset: 0 };
  body.join(place);
  const end = body.fill(place, [Buffer.alloc(10)]);
  await turn();
  body.complete();
  expect(await end).toBe(0);
  expect([body.leave(place), body.leave(place), body.has(place)]).toEqual([true, false, false]);
});
