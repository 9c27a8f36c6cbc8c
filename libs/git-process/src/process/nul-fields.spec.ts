import { Readable } from 'node:stream';
import fc from 'fast-check';
import { nulFields, nulTerminated } from './nul-fields';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of source) found.push(item);
  return found;
}

const text = fc.uint8Array().map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0)));

it('reads back what was written, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.array(fc.nat()), async (texts, cuts) => {
      const wire = Buffer.concat(await collect(nulTerminated(texts)));
      const edges = [0, ...cuts.map((cut) => cut % (wire.length + 1)).sort((a, b) => a - b), wire.length];
      const chunks = edges.slice(1).map((edge, index) => wire.subarray(edges[index], edge));
      expect((await collect(nulFields(Readable.from(chunks)))).flat()).toEqual(texts);
    }),
  );
});

it('writes many texts in few chunks', async () => {
  expect(await collect(nulTerminated(Array.from({ length: 1000 }, () => 'a')))).toHaveLength(1);
});

it('throws for a cut field, and for a text that would become two', async () => {
  await expect(collect(nulFields(Readable.from([Buffer.from('a\0b')])))).rejects.toThrow('cut');
  await expect(collect(nulTerminated(['a\0b']))).rejects.toThrow('NUL');
});
