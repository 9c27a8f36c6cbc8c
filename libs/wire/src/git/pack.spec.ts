import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIB } from '@granary/kernel';
import fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { ScratchRepository } from '../testing/scratch-repository';
import type { ObjectFormat } from './oid';
import { readPack } from './pack';

/** A history with every type of object, files that differ a little, an empty one and a long chain of deltas. */
function makeRepository(format: ObjectFormat): ScratchRepository {
  const repository = new ScratchRepository(format);
  const lines = Array.from({ length: 400 }, (_, at) => `line ${at} of a file that changes now and then`);
  for (let at = 0; at < 12; at++) {
    lines[at * 7] = `changed in commit ${at}`;
    writeFileSync(join(repository.path, 'file.txt'), lines.join('\n'));
    writeFileSync(join(repository.path, 'empty'), '');
    writeFileSync(join(repository.path, `binary-${at}`), Buffer.from([0, 1, 2, at]));
    repository.git(['add', '-A']);
    repository.git(['commit', '-q', '-m', `commit ${at}`]);
  }
  repository.git(['tag', '-a', '-m', 'a tag', 'v1']);
  return repository;
}

function packOf(repository: ScratchRepository): { pack: Buffer; index: Buffer } {
  const directory = join(repository.path, '.git/objects/pack');
  const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.pack'));
  const pack = readFileSync(join(directory, name));
  return { pack, index: readFileSync(join(directory, name.replace(/pack$/, 'idx'))) };
}

describe.each([
  ['sha1', 20],
  ['sha256', 32],
] as const)('a pack of %s', (format, idBytes) => {
  let repository: ScratchRepository;
  beforeAll(() => (repository = makeRepository(format)));
  afterAll(() => repository.remove());

  it.each([
    ['deltas that name their base by its place', 'true'],
    ['deltas that name their base by its id', 'false'],
  ])('is read as git reads it, with %s', (_case, byOffset) => {
    repository.git(['-c', `repack.useDeltaBaseOffset=${byOffset}`, 'repack', '-adfq', '--depth=10']);
    const { pack, index } = packOf(repository);
    const objects = readPack(pack, index, { idBytes, maxInflatedBytes: MIB });
    const listed = repository.line(['cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)']);
    expect(objects?.map(({ oid, type }) => `${oid} ${type}`).join('\n')).toBe(listed);
    const deltas = repository.line(['cat-file', '--batch-all-objects', '--batch-check=%(deltabase)']);
    expect(deltas).toMatch(/[1-9a-f]/);
    for (const { oid, type, data } of objects ?? []) expect(data).toEqual(repository.git(['cat-file', type, oid]));
  });

  it('is not read when its objects are too large together', () => {
    const { pack, index } = packOf(repository);
    expect(readPack(pack, index, { idBytes, maxInflatedBytes: 1000 })).toBeNull();
  });

  it('throws a ProtocolError or gives objects, whatever byte is wrong', () => {
    const { pack, index } = packOf(repository);
    const flip = fc.record({ at: fc.nat(), byte: fc.integer({ min: 1, max: 255 }), inIndex: fc.boolean() });
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
        const [p, i] = [Buffer.from(pack), Buffer.from(index)];
        for (const { at, byte, inIndex } of flips) {
          const bytes = inIndex ? i : p;
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ byte;
        }
        try {
          readPack(p, i, { idBytes, maxInflatedBytes: MIB });
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

it('does not inflate what says that it is small and is not', () => {
  const repository = new ScratchRepository();
  try {
    repository.store('blob', Buffer.alloc(8 * MIB));
    repository.git(['add', '-A']);
    const oid = repository.store('blob', Buffer.alloc(8 * MIB));
    repository.git(['pack-objects', '-q', '.git/objects/pack/pack'], { input: `${oid}\n` });
    const { pack, index } = packOf(repository);
    expect(readPack(pack, index, { idBytes: 20, maxInflatedBytes: MIB })).toBeNull();
    // The size stands in the low bits of the header's bytes: 8 MiB becomes 16 bytes.
    const at = index.readUInt32BE(index.length - 2 * 20 - 4);
    const lying = Buffer.from(pack);
    for (let next = at; (lying[next] ?? 0) & 0x80; next++) lying[next + 1] = ((lying[next + 1] ?? 0) & 0x80) | 0;
    expect(() => readPack(lying, index, { idBytes: 20, maxInflatedBytes: MIB })).toThrow(ProtocolError);
  } finally {
    repository.remove();
  }
});
