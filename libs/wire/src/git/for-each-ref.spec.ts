import { ProtocolError } from '../protocol-error';
import { ScratchRepository } from '../testing/scratch-repository';
import { FOR_EACH_REF_FORMAT, parseForEachRef } from './for-each-ref';

describe('parseForEachRef', () => {
  it('reads branches, light and annotated tags', () => {
    const repository = new ScratchRepository();
    try {
      const tree = repository.line(['mktree'], { input: '' });
      const commit = repository.line(['commit-tree', tree, '-m', 'x']);
      repository.git(['update-ref', 'refs/heads/feature/ü', commit]);
      repository.git(['tag', 'light', commit]);
      repository.git(['tag', '-a', '-m', 'x', 'heavy', commit]);
      repository.git(['tag', '-a', '-m', 'x', 'of-tree', tree]);
      const output = repository.git(['for-each-ref', `--format=${FOR_EACH_REF_FORMAT}`]).toString();
      const id = (name: string) => repository.line(['rev-parse', name]);
      const target = { oid: commit, type: 'commit' };
      expect(parseForEachRef(output)).toEqual([
        { fullName: 'refs/heads/feature/ü', oid: commit, type: 'commit', target: null },
        { fullName: 'refs/tags/heavy', oid: id('refs/tags/heavy'), type: 'tag', target },
        { fullName: 'refs/tags/light', oid: commit, type: 'commit', target: null },
        {
          fullName: 'refs/tags/of-tree',
          oid: id('refs/tags/of-tree'),
          type: 'tag',
          target: { oid: tree, type: 'tree' },
        },
      ]);
    } finally {
      repository.remove();
    }
  });

  it('reads a repository without refs', () => {
    expect(parseForEachRef('')).toEqual([]);
  });

  it.each([
    `\0${'1'.repeat(40)}\0commit\0\0\n`,
    'refs/heads/a\0\0commit\0\0\n',
    `refs/heads/a\0${'1'.repeat(40)}\0\0\0\n`,
    `refs/heads/a\0${'1'.repeat(40)}\0commit\n`,
    `refs/heads/a\0${'1'.repeat(40)}\0commit\0\n`,
    'refs/heads/main',
    'refs/heads/main\n',
    `refs/heads/a\0${'1'.repeat(40)}\0commit\0\0\0\n`,
  ])('refuses %j', (output) => {
    expect(() => parseForEachRef(output)).toThrow(ProtocolError);
  });
});
