import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { GrowingFile } from './growing-file';

let directory: string;
let serial = 0;
beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'growing-file-'))));
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Grants so many bytes, and knows how many are taken. */
function roomOf(mostBytes: number) {
  const room = {
    takenBytes: 0,
    take: (_fileBytes: number, moreBytes: number) => {
      if (room.takenBytes + moreBytes > mostBytes) return false;
      room.takenBytes += moreBytes;
      return true;
    },
    giveBack: (sizeBytes: number) => void (room.takenBytes -= sizeBytes),
  };
  return room;
}

const chunk = fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => Buffer.from(bytes));
const turn = fc.array(chunk, { minLength: 1, maxLength: 4 });

it('gives back what it was given, wherever the file had to end and however it is read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn),
      fc.nat(400),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      async (turns, most, sizes) => {
        const room = roomOf(most);
        const body = new GrowingFile(join(directory, String(serial++)), room);
        await body.create();
        for (const chunks of turns) await body.append(chunks, Buffer.concat(chunks).length);
        const whole = Buffer.concat(turns.flat());
        expect(body.totalBytes).toBe(whole.length);
        expect(body.isPassing).toBe(body.fileBytes < whole.length);
        expect(room.takenBytes).toBe(body.fileBytes);

        const read: Buffer[] = [];
        for (let at = 0; at < whole.length;) {
          const buffers = sizes.map((sizeBytes) => Buffer.alloc(sizeBytes));
          const sizeBytes = await body.copy(at, buffers);
          read.push(Buffer.concat(buffers).subarray(0, sizeBytes));
          at += sizeBytes;
          body.forget(at);
        }
        expect(Buffer.concat(read)).toEqual(whole);
        expect(body.forget(whole.length)).toBe(0);
        await body.remove();
      },
    ),
  );
});

it('passes everything through memory where no file can be made', async () => {
  const room = roomOf(1000);
  const body = new GrowingFile(join(directory, 'absent', 'pack'), room);
  await body.create();
  await body.append([Buffer.from('pack')], 4);
  expect(body).toMatchObject({ isPassing: true, fileBytes: 0, totalBytes: 4 });
  expect(room.takenBytes).toBe(0);
  const buffer = Buffer.alloc(10);
  expect(await body.copy(1, [buffer])).toBe(3);
  expect(buffer.toString('latin1', 0, 3)).toBe('ack');
});

it('goes on in memory when the file cannot be written any more', async () => {
  const room = roomOf(1000);
  const path = join(directory, String(serial++));
  const body = new GrowingFile(path, room);
  await body.create();
  await body.append([Buffer.from('first ')], 6);
  // As a full disk does it: the next write fails.
  await body.rest();
  await body.append([Buffer.from('second')], 6);
  expect(body).toMatchObject({ isPassing: true, fileBytes: 6, totalBytes: 12 });
  expect(await readFile(path, 'utf8')).toBe('first ');
  const buffer = Buffer.alloc(12);
  expect(await body.copy(0, [buffer])).toBe(6);
  expect(await body.copy(6, [buffer.subarray(6)])).toBe(6);
  expect(buffer.toString()).toBe('first second');
  expect(room.takenBytes).toBe(6);
  await body.remove();
});

it('counts nothing more once its bytes were counted off', async () => {
  const room = roomOf(1000);
  const body = new GrowingFile(join(directory, String(serial++)), room);
  await body.create();
  await body.append([Buffer.from('first')], 5);
  body.countOff();
  room.giveBack(body.fileBytes);
  await body.append([Buffer.from('second')], 6);
  expect(room.takenBytes).toBe(0);
  await body.remove();
});
