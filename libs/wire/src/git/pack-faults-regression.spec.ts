import { deflateSync } from 'node:zlib';
import { ProtocolError } from '../protocol-error';
import { readPack } from './pack';

const ID_BYTES = 20;
const oidOf = (n: number) => Buffer.alloc(ID_BYTES, n);

/** What a pack says of an object, and its bytes; `says` where the size that it tells is another one. */
interface Part {
  code: number;
  data: Buffer;
  says?: number;
  /** Between header and data: how far before the base is, or its id. */
  base?: (at: number, starts: readonly number[]) => Buffer;
}

function header(code: number, sizeBytes: number): Buffer {
  const bytes = [(code << 4) | (sizeBytes & 15)];
  for (let left = sizeBytes >> 4; left > 0; left >>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(left & 0x7f);
  }
  return Buffer.from(bytes);
}

/** A pack of `parts` whose objects have the ids 01…, 02…, and its index. */
function packed(parts: readonly Part[]): { pack: Buffer; index: Buffer } {
  const starts: number[] = [];
  let pack = Buffer.from('PACK\0\0\0\x02\0\0\0\x00');
  for (const { code, data, says = data.length, base } of parts) {
    starts.push(pack.length);
    const named = base?.(pack.length, starts) ?? Buffer.alloc(0);
    pack = Buffer.concat([pack, header(code, says), named, deflateSync(data)]);
  }
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const fanout = Array.from({ length: 256 }, (_, first) => number(Math.min(first, parts.length)));
  const ids = parts.map((_, at) => oidOf(at + 1));
  const index = [
    Buffer.from('ff744f6300000002', 'hex'),
    ...[...fanout.slice(0, -1), number(parts.length)],
    ...[...ids, ...parts.map(() => number(0)), ...starts.map(number), Buffer.alloc(2 * ID_BYTES)],
  ];
  return { pack: Buffer.concat([pack, Buffer.alloc(ID_BYTES)]), index: Buffer.concat(index) };
}

const read = (parts: readonly Part[], maxInflatedBytes = 1000) => {
  const { pack, index } = packed(parts);
  return readPack(pack, index, { idBytes: ID_BYTES, maxInflatedBytes });
};
const fault = (parts: readonly Part[]) => {
  try {
    return read(parts);
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return (error as Error).message;
  }
};

const BLOB: Part = { code: 3, data: Buffer.from('hello world') };
/** Sizes of base and target, then instructions (gitformat-pack(5), "Deltified representation"). */
const delta = (baseBytes: number, targetBytes: number, ...instructions: (number | string)[]) =>
  Buffer.concat([
    Buffer.from([baseBytes, targetBytes]),
    ...instructions.map((part) => Buffer.from(typeof part === 'number' ? [part] : part)),
  ]);
const onId = (n: number) => () => oidOf(n);
const onPlace = (n: number) => (at: number, starts: readonly number[]) => Buffer.from([at - (starts[n] ?? 0)]);
/** Copies five bytes from offset 6, and adds one. */
const WORLD = delta(11, 6, 0x91, 6, 5, 1, '!');

it('reads what is right', () => {
  const types = [1, 2, 3, 4].map((code): Part => ({ code, data: Buffer.from(`of type ${code}`) }));
  expect(read(types)?.map(({ type, data }) => [type, data.toString()])).toEqual([
    ['commit', 'of type 1'],
    ['tree', 'of type 2'],
    ['blob', 'of type 3'],
    ['tag', 'of type 4'],
  ]);
  for (const patch of [
    { code: 6, data: WORLD, base: onPlace(0) },
    { code: 7, data: WORLD, base: onId(1) },
  ]) {
    expect(read([BLOB, patch])?.map(({ type, data }) => [type, data.toString()])).toEqual([
      ['blob', 'hello world'],
      ['blob', 'world!'],
    ]);
  }
  expect(read([{ code: 3, data: Buffer.alloc(0) }])?.[0]?.data).toEqual(Buffer.alloc(0));
  expect(read([])).toEqual([]);
});

it.each<[string, Part[], string | RegExp]>([
  ['an unknown type', [{ ...BLOB, code: 5 }], 'A pack holds an object of type 5'],
  ['type 0', [{ ...BLOB, code: 0 }], 'A pack holds an object of type 0'],
  ['more bytes than it says', [{ ...BLOB, says: 10 }], /cannot be read|another size/],
  ['fewer bytes than it says', [{ ...BLOB, says: 12 }], 'An object of a pack has another size than it says'],
  ['a base that is not there', [BLOB, { code: 7, data: WORLD, base: onId(9) }], 'A delta of a pack has no base there'],
  [
    'a base between two objects',
    [BLOB, { code: 6, data: WORLD, base: () => Buffer.from([3]) }],
    'A delta of a pack has no base there',
  ],
  ['itself for its base', [{ code: 7, data: WORLD, base: onId(1) }], 'A delta of a pack has no base there'],
  [
    'a circle of bases',
    [
      { code: 7, data: WORLD, base: onId(2) },
      { code: 7, data: WORLD, base: onId(1) },
    ],
    'A delta of a pack has no base there',
  ],
  [
    'a delta for another base',
    [BLOB, { code: 7, data: delta(10, 5, 0x90, 5), base: onId(1) }],
    'A delta of a pack is for another base',
  ],
  [
    'an unknown instruction',
    [BLOB, { code: 7, data: delta(11, 1, 0), base: onId(1) }],
    'A delta of a pack holds an unknown instruction',
  ],
  [
    'a copy from beyond its base',
    [BLOB, { code: 7, data: delta(11, 5, 0x91, 7, 5), base: onId(1) }],
    'A delta of a pack copies from outside its base',
  ],
  [
    'more than its delta says',
    [BLOB, { code: 7, data: delta(11, 5, 0x90, 5, 1, '!'), base: onId(1) }],
    'A delta of a pack gives more than it says',
  ],
  [
    'less than its delta says',
    [BLOB, { code: 7, data: delta(11, 6, 0x90, 5), base: onId(1) }],
    'A delta of a pack gives less than it says',
  ],
  ['a delta that is cut', [BLOB, { code: 7, data: delta(11, 6, 0x91), base: onId(1) }], 'A pack cannot be read'],
])('refuses a pack whose object has %s', (_, parts, message) => {
  expect(fault(parts)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});

it('refuses an index that is none, or that is cut', () => {
  const { pack, index } = packed([BLOB, BLOB]);
  const limits = { idBytes: ID_BYTES, maxInflatedBytes: 1000 };
  const foreign = Buffer.from(index);
  foreign[0] = 0;
  expect(() => readPack(pack, foreign, limits)).toThrow('This is no index of a pack');
  expect(() => readPack(pack, index.subarray(0, -1), limits)).toThrow('The index of a pack is cut');
  expect(readPack(pack, index, limits)).toHaveLength(2);
});

it('counts what deltas inflate to, and takes what just fits', () => {
  const parts = [BLOB, { code: 7, data: WORLD, base: onId(1) }];
  const all = BLOB.data.length + WORLD.length + 'world!'.length;
  expect(read(parts, all)).toHaveLength(2);
  expect(read(parts, all - 1)).toBeNull();
});

it('inflates a base once, however many stand on it', () => {
  const parts = [BLOB, ...Array.from({ length: 3 }, (): Part => ({ code: 7, data: WORLD, base: onId(1) }))];
  expect(read(parts, BLOB.data.length + 3 * (WORLD.length + 'world!'.length))).toHaveLength(4);
});
