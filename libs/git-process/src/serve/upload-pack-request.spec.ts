import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { formatPkt } from '@granary/wire';
import { readUploadPackRequest } from './upload-pack-request';

const OID = 'a'.repeat(40);
const body = (...parts: string[]): Buffer =>
  Buffer.concat(parts.map((part) => (/^000[01]$/.test(part) ? Buffer.from(part) : formatPkt(`${part}\n`))));
const REFS = body('command=ls-refs', '0001', 'peel', '0000');
const CLONE = body('command=fetch', 'agent=git/2', '0001', 'thin-pack', `want ${OID}`, 'done', '0000');

it.each([
  ['ls-refs', REFS],
  ['clone', CLONE],
  ['other', body('command=fetch', '0001', `want ${OID}`, `have ${OID}`, '0000')],
  ['other', body('command=object-info', '0001', 'size', '0000')],
  ['other', Buffer.from('what is this')],
  ['other', Buffer.from('0014command=ls')],
  ['other', Buffer.alloc(0)],
])('tells %s, and hands the body on from its first byte', async (kind, bytes) => {
  const input = new PassThrough();
  for (const byte of bytes) input.write(Buffer.of(byte));
  input.end();
  const asked = await readUploadPackRequest(input, 'version=2');
  expect(asked.kind).toBe(kind);
  expect(await buffer(asked.input)).toEqual(bytes);
});

it('reads no body of an older protocol', async () => {
  const input = Readable.from([CLONE]);
  expect(await readUploadPackRequest(input, 'version=1')).toEqual({ kind: 'other', input });
  expect(await readUploadPackRequest(input, undefined)).toEqual({ kind: 'other', input });
});

it('reads no more than a mebibyte before it leaves the rest to git', async () => {
  const wants = Array.from({ length: 40_000 }, () => `want ${OID}`);
  const bytes = body('command=fetch', '0001', ...wants, 'done', '0000');
  const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, at) =>
    bytes.subarray(at * 65_536, (at + 1) * 65_536),
  );
  const asked = await readUploadPackRequest(Readable.from(chunks, { objectMode: false }), 'version=2');
  expect(asked.kind).toBe('other');
  expect(await buffer(asked.input)).toEqual(bytes);
});

it('fails as the client does', async () => {
  const input = new PassThrough();
  const asked = readUploadPackRequest(input, 'version=2');
  input.write('00');
  input.destroy(new Error('the client has left'));
  await expect(asked).rejects.toThrow('the client has left');
});
