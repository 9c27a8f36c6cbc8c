import * as fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { ScratchRepository } from '../testing/scratch-repository';
import { DIFF_SUMMARY_OPTIONS, DiffSummaryParser, type DiffSummaryPart } from './diff-summary';

function parsed(chunks: Iterable<Buffer>): DiffSummaryPart {
  const parser = new DiffSummaryParser();
  const all: DiffSummaryPart = { files: [], counts: [] };
  for (const chunk of chunks) {
    const { files, counts } = parser.push(chunk);
    all.files.push(...files);
    all.counts.push(...counts);
  }
  parser.end();
  return all;
}

/** Output as git writes it for added and renamed files of these names. */
function outputOf(names: { path: string; from: string | null; additions: number }[]): Buffer {
  const oid = '1'.repeat(40);
  const files = names.map(({ path, from }) =>
    from === null
      ? `:000000 100644 ${'0'.repeat(40)} ${oid} A\0${path}\0`
      : `:100644 100644 ${oid} ${oid} R100\0${from}\0${path}\0`,
  );
  const counts = names.map(({ path, from, additions }) =>
    from === null ? `${additions}\t0\t${path}\0` : `${additions}\t0\t\0${from}\0${path}\0`,
  );
  return Buffer.from([...files, ...counts].join(''));
}

describe('DiffSummaryParser', () => {
  let repository: ScratchRepository;
  beforeAll(() => (repository = new ScratchRepository()));
  afterAll(() => repository.remove());

  it('reads what git says of every kind of change', () => {
    const long = repository.store('blob', 'a\nb\nc\nd\n');
    const binary = repository.store('blob', Buffer.from([0, 1]));
    const tree = (entries: string[]) => repository.line(['mktree', '-z'], { input: entries.join('\0') + '\0' });
    const before = tree([`100644 blob ${long}\tmoved from`, `120000 blob ${long}\ttype`, `100644 blob ${long}\tx`]);
    const after = tree([
      `100644 blob ${binary}\tnew\t"1"`,
      `100644 blob ${long}\tto`,
      `100644 blob ${long}\ttype`,
      `100755 blob ${long}\tx`,
    ]);
    const output = repository.git(['diff-tree', '-r', '-M', ...DIFF_SUMMARY_OPTIONS, before, after]);
    const { files, counts } = parsed([output]);
    expect(
      files.map(({ status, oldPath, newPath, oldMode, newMode }) => [status, oldPath, newPath, oldMode, newMode]),
    ).toEqual([
      ['added', null, 'new\t"1"', null, '100644'],
      ['renamed', 'moved from', 'to', '100644', '100644'],
      ['modified', 'type', 'type', '120000', '100644'],
      ['mode_changed', 'x', 'x', '100644', '100755'],
    ]);
    expect(counts.map(({ newPath, binary: isBinary }) => [newPath, isBinary])).toEqual([
      ['new\t"1"', true],
      ['to', false],
      ['type', false],
      ['x', false],
    ]);
  });

  it('reads any names, wherever the output is cut into chunks', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0'));
    const file = fc.record({ path: name, from: fc.option(name), additions: fc.nat() });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (names, size) => {
        const output = outputOf(names);
        const chunks = Array.from({ length: Math.ceil(output.length / size) }, (_, index) =>
          output.subarray(index * size, (index + 1) * size),
        );
        const { files, counts } = parsed(chunks);
        expect(files.map(({ newPath, oldPath }) => [newPath, oldPath])).toEqual(
          names.map(({ path, from }) => [path, from]),
        );
        expect(counts.map(({ newPath, additions }) => [newPath, additions])).toEqual(
          names.map(({ path, additions }) => [path, additions]),
        );
      }),
    );
  });

  it('refuses what git does not write', () => {
    for (const output of [
      'nonsense\0',
      ':100644 A\0path\0',
      `:000000 100644 ${'0'.repeat(40)} ${'1'.repeat(40)} A\0`,
      '1\t2\tpath',
    ]) {
      expect(() => parsed([Buffer.from(output)])).toThrow(ProtocolError);
    }
  });
});
