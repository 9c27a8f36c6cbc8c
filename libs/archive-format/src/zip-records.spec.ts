import { GIB } from '@granary/kernel';
import {
  formatCentralHeader,
  formatDataDescriptor,
  formatEndOfDirectory,
  formatLocalHeader,
  needsZip64,
  type ZipRecord,
} from './zip-records';

describe('zip records beyond 4 GiB', () => {
  const record: ZipRecord = {
    path: Buffer.from('x'),
    type: 'file',
    executable: false,
    mtimeSeconds: 2 ** 32,
    method: 'deflated',
    crc32: 0x01020304,
    sizeBytes: 5 * GIB,
    compressedBytes: 6 * GIB,
    comment: Buffer.alloc(0),
    offsetBytes: 7 * GIB,
    descriptor: true,
    zip64: true,
  };
  const fields = (bytes: Buffer): bigint[] =>
    Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => bytes.readBigUInt64LE(8 * i));

  it('need 8-byte fields from 2^32 - 1 on, which marks them', () => {
    expect(needsZip64(2 ** 32 - 2, 2 ** 32 - 2)).toBe(false);
    expect(needsZip64(2 ** 32 - 1, 0)).toBe(true);
    expect(needsZip64(0, 2 ** 32 - 1)).toBe(true);
  });

  it('say in the local header that a descriptor has 8-byte sizes', () => {
    const header = formatLocalHeader(record);
    expect([header.readUInt16LE(4), header.readUInt16LE(6)]).toEqual([45, 0x8]);
    expect([header.readUInt32LE(14), header.readUInt32LE(18), header.readUInt32LE(22)]).toEqual([
      0,
      2 ** 32 - 1,
      2 ** 32 - 1,
    ]);
    expect([header.readUInt16LE(31), header.readUInt16LE(33)]).toEqual([1, 16]);
    expect(fields(header.subarray(35))).toEqual([0n, 0n]);
    expect(fields(formatDataDescriptor(record).subarray(8))).toEqual([BigInt(6 * GIB), BigInt(5 * GIB)]);
  });

  it('say in the central directory only what does not fit, in the order of the specification', () => {
    const all = formatCentralHeader(record);
    expect([all.readUInt16LE(47), all.readUInt16LE(49)]).toEqual([1, 24]);
    expect(fields(all.subarray(51))).toEqual([BigInt(5 * GIB), BigInt(6 * GIB), BigInt(7 * GIB)]);
    const late = formatCentralHeader({ ...record, sizeBytes: 5, compressedBytes: 5, zip64: false });
    expect([late.readUInt32LE(20), late.readUInt32LE(24), late.readUInt32LE(42)]).toEqual([5, 5, 2 ** 32 - 1]);
    expect([late.readUInt16LE(49), fields(late.subarray(51))]).toEqual([8, [BigInt(7 * GIB)]]);
  });

  it.each(['sizeBytes', 'compressedBytes', 'offsetBytes'] as const)(
    'write 2^32 - 1 as %s in eight bytes: in four it says to look there',
    (field) => {
      const small = { ...record, sizeBytes: 5, compressedBytes: 5, offsetBytes: 5, zip64: false };
      const below = formatCentralHeader({ ...small, [field]: 2 ** 32 - 2 });
      expect([below.readUInt16LE(6), below.readUInt16LE(30)]).toEqual([20, 0]);
      const header = formatCentralHeader({ ...small, [field]: 2 ** 32 - 1 });
      expect([header.readUInt16LE(6), header.readUInt16LE(30)]).toEqual([45, 12]);
      expect([header.readUInt16LE(47), header.readUInt16LE(49)]).toEqual([1, 8]);
      expect(fields(header.subarray(51))).toEqual([BigInt(2 ** 32 - 1)]);
    },
  );

  it.each([
    ['entries', 2 ** 16 - 1],
    ['sizeBytes', 2 ** 32 - 1],
    ['offsetBytes', 2 ** 32 - 1],
  ] as const)('write %s of %d into the zip64 end of the directory', (field, edge) => {
    const facts = { entries: 1, sizeBytes: 2, offsetBytes: 3, comment: '' };
    expect(formatEndOfDirectory({ ...facts, [field]: edge - 1 })).toHaveLength(22);
    const end = formatEndOfDirectory({ ...facts, [field]: edge });
    expect(end.subarray(0, 4).toString('latin1')).toBe('PK\x06\x06');
    const whole = { ...facts, [field]: edge };
    expect(fields(end.subarray(24, 56)).map(Number)).toEqual([
      whole.entries,
      whole.entries,
      whole.sizeBytes,
      whole.offsetBytes,
    ]);
    expect(end.subarray(56, 60).toString('latin1')).toBe('PK\x06\x07');
    expect(Number(end.readBigUInt64LE(64))).toBe(whole.offsetBytes + whole.sizeBytes);
    expect([end.readUInt16LE(76 + 8), end.readUInt32LE(76 + 12), end.readUInt32LE(76 + 16)]).toEqual([
      whole.entries,
      whole.sizeBytes,
      whole.offsetBytes,
    ]);
  });

  it('leave out a time that the extended timestamp cannot hold', () => {
    expect(formatLocalHeader({ ...record, zip64: false }).readUInt16LE(28)).toBe(0);
    expect(formatLocalHeader({ ...record, zip64: false, mtimeSeconds: 2 ** 31 - 1 }).readUInt16LE(28)).toBe(9);
  });
});

const small: ZipRecord = {
  path: Buffer.from('dir/a.txt'),
  type: 'file',
  executable: false,
  mtimeSeconds: Date.UTC(2026, 10, 29, 20, 43, 58) / 1000,
  method: 'stored',
  crc32: 0x01020304,
  sizeBytes: 7,
  compressedBytes: 5,
  offsetBytes: 9,
  descriptor: false,
  zip64: false,
  comment: Buffer.from('note'),
};

describe('the headers of a small entry', () => {
  it('hold every field where APPNOTE.TXT 4.3.7 puts it', () => {
    const header = formatLocalHeader(small);
    expect(header.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
    const words = [4, 6, 8, 10, 12].map((at) => header.readUInt16LE(at));
    expect(words).toEqual([20, 0, 0, (20 << 11) | (43 << 5) | 29, (46 << 9) | (11 << 5) | 29]);
    expect([14, 18, 22].map((at) => header.readUInt32LE(at))).toEqual([0x01020304, 5, 7]);
    expect([26, 28].map((at) => header.readUInt16LE(at))).toEqual([9, 9]);
    expect(header.subarray(30, 39).toString()).toBe('dir/a.txt');
    expect(header.subarray(39).readInt32LE(5)).toBe(small.mtimeSeconds);
    expect(header).toHaveLength(48);
  });

  it('say nothing in front that a descriptor says behind', () => {
    const record = { ...small, method: 'deflated' as const, descriptor: true };
    const header = formatLocalHeader(record);
    expect([6, 8].map((at) => header.readUInt16LE(at))).toEqual([8, 8]);
    expect([14, 18, 22].map((at) => header.readUInt32LE(at))).toEqual([0, 0, 0]);
    const behind = formatDataDescriptor(record);
    expect(behind.subarray(0, 4).toString('latin1')).toBe('PK\x07\x08');
    expect([4, 8, 12].map((at) => behind.readUInt32LE(at))).toEqual([0x01020304, 5, 7]);
    expect(behind).toHaveLength(16);
  });

  it('hold every field where APPNOTE.TXT 4.3.12 puts it', () => {
    const header = formatCentralHeader(small);
    expect(header.subarray(0, 4).toString('latin1')).toBe('PK\x01\x02');
    expect([4, 6, 8, 10].map((at) => header.readUInt16LE(at))).toEqual([(3 << 8) | 45, 20, 0, 0]);
    expect([16, 20, 24, 42].map((at) => header.readUInt32LE(at))).toEqual([0x01020304, 5, 7, 9]);
    expect([28, 30, 32, 34, 36].map((at) => header.readUInt16LE(at))).toEqual([9, 9, 4, 0, 0]);
    expect(header.subarray(46, 55).toString()).toBe('dir/a.txt');
    expect(header.subarray(64).toString()).toBe('note');
  });

  it.each([
    ['file', false, 0o100644, 0],
    ['file', true, 0o100755, 0],
    ['symlink', false, 0o120777, 0],
    ['directory', false, 0o040755, 0x10],
  ] as const)('keep what a %s (executable: %s) is', (type, executable, mode, dos) => {
    const attributes = formatCentralHeader({ ...small, type, executable }).readUInt32LE(38);
    expect([attributes >>> 16, attributes & 0xffff]).toEqual([mode, dos]);
  });

  it.each([
    ['plain', Buffer.from('a'), 0],
    ['UTF-8', Buffer.from('ä'), 0x800],
    ['other bytes', Buffer.from([0xff]), 0],
  ])('mark a name of %s', (_what, path, flag) => {
    expect(formatLocalHeader({ ...small, path }).readUInt16LE(6)).toBe(flag);
    expect(formatCentralHeader({ ...small, path }).readUInt16LE(8)).toBe(flag);
  });

  it.each([
    [-1e9, 1980, 1, 1, 0],
    [Date.UTC(1980, 0, 1) / 1000, 1980, 1, 1, 0],
    [2 ** 40, 2107, 12, 31, (23 << 11) | (59 << 5) | 29],
  ])('keep a time of %d s within what DOS could say', (mtimeSeconds, year, month, day, time) => {
    const header = formatLocalHeader({ ...small, mtimeSeconds });
    expect(header.readUInt16LE(10)).toBe(time);
    expect(header.readUInt16LE(12)).toBe(((year - 1980) << 9) | (month << 5) | day);
  });

  it('end with a directory that tells its entries, place and comment', () => {
    const end = formatEndOfDirectory({ entries: 3, sizeBytes: 100, offsetBytes: 200, comment: 'abc' });
    expect(end.subarray(0, 4).toString('latin1')).toBe('PK\x05\x06');
    expect([4, 6, 8, 10, 20].map((at) => end.readUInt16LE(at))).toEqual([0, 0, 3, 3, 3]);
    expect([12, 16].map((at) => end.readUInt32LE(at))).toEqual([100, 200]);
    expect(end.subarray(22).toString()).toBe('abc');
    expect(
      formatEndOfDirectory({ entries: 0, sizeBytes: 0, offsetBytes: 0, comment: 'x'.repeat(70_000) }),
    ).toHaveLength(22 + 65_535);
  });
});
