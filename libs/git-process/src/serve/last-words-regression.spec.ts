import { setMaxListeners } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { FLUSH_PKT, formatPkt, formatSideband, formatSidebandError } from '@granary/wire';
import { LastWords } from './last-words';

const TEXT = 'The hub is restarting; try again in a moment.';
const pack = formatSideband('data', Buffer.from('pack data'));

/** What a client gets of `before`, the end of the hub's grace, and `after`; in pieces of `pieceBytes`. */
async function told(before: Buffer, after: Buffer, pieceBytes: number): Promise<string> {
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const words = new LastWords(TEXT, over.signal);
  const heard = buffer(words);
  const write = async (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      await new Promise((resolve) => words.write(bytes.subarray(at, at + pieceBytes), resolve));
    }
  };
  await write(before);
  over.abort();
  await write(after);
  words.end();
  return (await heard).toString('latin1');
}

it.each([1, 3, 1000])('pass everything on while there is time, in pieces of %d bytes', async (pieceBytes) => {
  const all = Buffer.concat([formatPkt('packfile\n'), pack, FLUSH_PKT]);
  const words = new LastWords(TEXT, new AbortController().signal);
  const heard = buffer(words);
  for (let at = 0; at < all.length; at += pieceBytes) words.write(all.subarray(at, at + pieceBytes));
  words.end();
  expect((await heard).equals(all)).toBe(true);
});

it.each([1, 3, 1000])('come as an error of band 3 behind a whole packet of a pack (%d bytes)', async (pieceBytes) => {
  const begun = Buffer.concat([formatPkt('packfile\n'), pack]);
  const error = formatSidebandError(TEXT).toString('latin1');
  expect(await told(begun, pack, pieceBytes)).toBe(begun.toString('latin1') + error);
  const cut = Buffer.concat([begun, pack.subarray(0, 6)]);
  expect(await told(cut, Buffer.concat([pack.subarray(6), pack]), pieceBytes)).toBe(
    Buffer.concat([begun, pack]).toString('latin1') + error,
  );
});

it('come as ERR before bands have begun', async () => {
  const begun = formatPkt('NAK\n');
  expect(await told(begun, pack, 1000)).toBe(`${begun.toString()}${formatPkt(`ERR ${TEXT}\n`).toString()}`);
});
