import { randomBytes } from 'node:crypto';
import { formatPack } from './format-pack';
import { newObject } from './new-object';

it('lets others have their turns while it compresses a large object', async () => {
  const blob = newObject('sha1', 'blob', randomBytes(4 * 1024 ** 2));
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  let sizeBytes = 0;
  for await (const piece of formatPack('sha1', [blob])) sizeBytes += piece.length;
  isOver = true;
  expect(sizeBytes).toBeGreaterThan(blob.sizeBytes);
  // Compressed on the thread itself it would be one turn at most.
  expect(turns).toBeGreaterThan(10);
});
