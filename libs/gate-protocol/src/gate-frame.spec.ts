import fc from 'fast-check';
import {
  formatFrame,
  formatFrameHeader,
  framePieces,
  GateFrameReader,
  GateProtocolError,
  MAX_PAYLOAD_BYTES,
  type GateFrame,
  type GateFrameKind,
} from './gate-frame';

const KINDS: GateFrameKind[] = ['keys', 'run', 'input', 'inputEnd', 'answer', 'grant', 'output', 'errorOutput', 'exit'];

const frames = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 8 },
);

/** Reads `wire` in chunks that end at each of `cuts`. */
function read(wire: Buffer, cuts: number[]): GateFrame[] {
  const reader = new GateFrameReader();
  const ends = [...new Set(cuts.map((cut) => cut % (wire.length + 1))), wire.length].sort((a, b) => a - b);
  return ends.flatMap((end, i) => reader.push(wire.subarray(ends[i - 1] ?? 0, end)));
}

it('reads what was written, however it was cut on its way', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(), { maxLength: 12 }), (given, cuts) => {
      const wire = Buffer.concat(given.map(({ kind, payload }) => formatFrame(kind, payload)));
      expect(read(wire, cuts)).toEqual(given);
    }),
  );
});

it('takes any bytes for frames or refuses them, and keeps no more than one frame of them', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
      const reader = new GateFrameReader();
      try {
        for (const chunk of chunks)
          for (const { kind } of reader.push(Buffer.from(chunk))) expect(KINDS).toContain(kind);
      } catch (error) {
        expect(error).toBeInstanceOf(GateProtocolError);
      }
    }),
  );
});

it('refuses a frame above the limit by its size alone', () => {
  const header = formatFrameHeader('input', MAX_PAYLOAD_BYTES);
  header.writeUInt32BE(MAX_PAYLOAD_BYTES + 1, 1);
  expect(() => new GateFrameReader().push(header)).toThrow(GateProtocolError);
  expect(() => formatFrameHeader('input', MAX_PAYLOAD_BYTES + 1)).toThrow(RangeError);
});

it('refuses an unknown kind at its first byte', () => {
  expect(() => new GateFrameReader().push(Buffer.from('S'))).toThrow(GateProtocolError);
});

it('cuts what is larger than a frame into frames', () => {
  const bytes = Buffer.alloc(2 * MAX_PAYLOAD_BYTES + 7, 'x');
  const pieces = [...framePieces(bytes)];
  expect(pieces.map(({ length }) => length)).toEqual([MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES, 7]);
  expect(Buffer.concat(pieces)).toEqual(bytes);
  expect([...framePieces(Buffer.alloc(0))]).toEqual([]);
});
