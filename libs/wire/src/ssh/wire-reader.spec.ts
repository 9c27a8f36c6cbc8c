import { SshWireReader } from './wire-reader';

/** RFC 4251, section 5. */
const string = (bytes: Buffer | string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(bytes));
  return Buffer.concat([length, Buffer.from(bytes)]);
};

it('reads strings one after another, to the end', () => {
  const reader = new SshWireReader(Buffer.concat(['one', '', 'three'].map(string)));
  expect([reader.string(), reader.string(), reader.isAtEnd]).toEqual([Buffer.from('one'), Buffer.alloc(0), false]);
  expect([reader.string(), reader.isAtEnd, reader.string()]).toEqual([Buffer.from('three'), true, null]);
});

it.each([
  ['an empty string at the very end', string(''), Buffer.alloc(0)],
  ['a length that is cut', Buffer.from([0, 0, 0]), null],
  ['content that is cut', string('abc').subarray(0, 6), null],
  ['a length beyond all', Buffer.from([0xff, 0xff, 0xff, 0xff, 1]), null],
])('reads %s', (_, bytes, read) => expect(new SshWireReader(bytes).string()).toEqual(read));

it('steps over bytes, and not beyond the end', () => {
  const reader = new SshWireReader(Buffer.concat([Buffer.from('skipped'), string('read')]));
  expect(reader.skip(7)).toBe(true);
  expect(reader.string()?.toString()).toBe('read');
  expect(reader.skip(1)).toBe(false);
  expect(reader.skip(0)).toBe(true);
  expect(new SshWireReader(Buffer.alloc(3)).skip(3)).toBe(true);
  expect(new SshWireReader(Buffer.alloc(3)).skip(4)).toBe(false);
});

it.each([
  ['a small number', [0x7f], [0x7f]],
  ['a number whose first bit is set', [0, 0x80], [0x80]],
  ['a long number', [1, 0, 0], [1, 0, 0]],
  ['a negative number', [0x80], null],
  ['a zero too many', [0, 0x7f], null],
  ['zero in one byte', [0], null],
  ['nothing', [], null],
])('reads %s as the magnitude of a positive number, or refuses it', (_, bytes, magnitude) => {
  const read = new SshWireReader(string(Buffer.from(bytes))).positiveMpint();
  expect(read && [...read]).toEqual(magnitude);
});

it('finds no number where the buffer ends', () =>
  expect(new SshWireReader(Buffer.alloc(2)).positiveMpint()).toBeNull());
