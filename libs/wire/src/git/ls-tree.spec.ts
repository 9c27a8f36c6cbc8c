import * as fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { ScratchRepository } from '../testing/scratch-repository';
import { textOfPath } from './path-text';
import { parseLsTree, readLsTree } from './ls-tree';

describe('parseLsTree', () => {
  let repository: ScratchRepository;
  beforeAll(() => (repository = new ScratchRepository()));
  afterAll(() => repository.remove());

  it('reads a listing of every kind of entry', () => {
    const blob = repository.store('blob', 'hello');
    const inner = repository.line(['mktree', '-z'], { input: `100644 blob ${blob}\tx\0` });
    const entries = [
      { mode: '100644', type: 'blob', oid: blob, sizeBytes: 5, path: 'a\tb\n"c" ü' },
      { mode: '040000', type: 'tree', oid: inner, sizeBytes: null, path: 'dir' },
      { mode: '120000', type: 'blob', oid: blob, sizeBytes: 5, path: 'link' },
      { mode: '100755', type: 'blob', oid: blob, sizeBytes: 5, path: 'run' },
      { mode: '160000', type: 'commit', oid: 'a'.repeat(40), sizeBytes: null, path: 'sub' },
    ];
    const input = entries.map(({ mode, type, oid, path }) => `${mode} ${type} ${oid}\t${path}\0`).join('');
    const tree = repository.line(['mktree', '-z', '--missing'], { input });
    expect(parseLsTree(repository.git(['ls-tree', '-z', '-l', tree]).toString())).toEqual(entries);
    const recursive = parseLsTree(repository.git(['ls-tree', '-z', '-l', '-r', tree]).toString());
    expect(recursive.map((entry) => entry.path)).toContain('dir/x');
    const bare = parseLsTree(repository.git(['ls-tree', '-z', tree]).toString());
    expect(bare).toEqual(entries.map((entry) => ({ ...entry, sizeBytes: null })));
  });

  it('gives back any names', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const names = fc.uniqueArray(
      name.filter((text) => !/[/\0]/.test(text)),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(names, (expected) => {
        const output = expected.map((path) => `100644 blob ${'1'.repeat(40)}      12\t${path}\0`).join('');
        expect(parseLsTree(output).map((entry) => entry.path)).toEqual(expected);
      }),
    );
  });

  it.each(['x', '100644 blob 12\ta\0', `100644 file ${'1'.repeat(40)}\ta\0`, `100644 blob ${'1'.repeat(40)}\ta`])(
    'refuses %j',
    (output) => {
      expect(() => parseLsTree(output)).toThrow(ProtocolError);
    },
  );
});

it('tells names of any bytes apart: those that are UTF-8 as they are, others quoted as git quotes them', () => {
  const record = (name: Buffer) =>
    Buffer.concat([Buffer.from(`100644 blob ${'1'.repeat(40)}\t`), name, Buffer.alloc(1)]);
  const paths = (...names: Buffer[]) => readLsTree(Buffer.concat(names.map(record))).map(({ path }) => path);
  expect(paths(Buffer.from('größe.txt'), Buffer.from('a'))).toEqual(['größe.txt', 'a']);
  expect(paths(Buffer.from('größe.txt'), Buffer.from([0x66, 0xff]))).toEqual(['größe.txt', '"f\\377"']);
  // A quote at its beginning would make a name look like a quoted one.
  const quote = Buffer.from('"x"');
  expect(paths(quote)).toEqual([textOfPath(quote)]);
  expect(readLsTree(Buffer.alloc(0))).toEqual([]);
  expect(readLsTree(record(Buffer.from('x')))).toEqual([
    { mode: '100644', type: 'blob', oid: '1'.repeat(40), sizeBytes: null, path: 'x' },
  ]);
});
