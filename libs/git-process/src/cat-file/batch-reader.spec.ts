import fc from 'fast-check';
import { BatchReader, type BatchAnswer, type BatchRequest } from './batch-reader';

const OID = 'c'.repeat(40);

/** Feeds `wire` in pieces cut at `cuts` and answers what was read. */
function read(requests: BatchRequest[], wire: Buffer, cuts: number[] = []): (BatchAnswer | null)[] {
  const queue = [...requests];
  const answers: (BatchAnswer | null)[] = [];
  const reader = new BatchReader(
    () => queue[0],
    (answer) => {
      queue.shift();
      answers.push(answer);
    },
  );
  const edges = [0, ...cuts.map((cut) => cut % (wire.length + 1)).sort((a, b) => a - b), wire.length];
  for (let index = 1; index < edges.length; index++) reader.push(wire.subarray(edges[index - 1], edges[index]));
  return answers;
}

const info = (sizeBytes: number): BatchAnswer['info'] => ({ oid: OID, type: 'blob', sizeBytes });

const exchange = fc.oneof(
  fc.nat().map((size) => ({
    request: { command: 'info' as const, name: Buffer.from(OID) },
    wire: Buffer.from(`${OID} blob ${size}\n`),
    answer: { info: info(size), contents: null } as BatchAnswer | null,
  })),
  fc.uint8Array().map((bytes) => ({
    request: { command: 'contents' as const, name: Buffer.from(`${OID}:a\nb`) },
    wire: Buffer.concat([Buffer.from(`${OID} blob ${bytes.length}\n`), bytes, Buffer.from('\n')]),
    answer: { info: info(bytes.length), contents: Buffer.from(bytes) },
  })),
  fc
    .tuple(
      fc.constantFrom('missing', 'ambiguous', 'submodule'),
      fc.string({ unit: fc.constantFrom('\n', ' ', 'a', 'blob 3', OID) }),
    )
    .map(([reason, path]) => ({
      request: { command: 'contents' as const, name: Buffer.from(`HEAD:${path}`) },
      wire: Buffer.from(`HEAD:${path} ${reason}\n`),
      answer: null,
    })),
);

it('reads the same answers however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(exchange), fc.array(fc.nat()), (exchanges, cuts) => {
      const wire = Buffer.concat(exchanges.map((each) => each.wire));
      const requests = exchanges.map((each) => each.request);
      expect(read(requests, wire, cuts)).toEqual(exchanges.map((each) => each.answer));
    }),
  );
});

it('refuses an answer that nobody asked for', () => {
  expect(() => read([], Buffer.from(`${OID} blob 3\n`))).toThrow('without being asked');
});
