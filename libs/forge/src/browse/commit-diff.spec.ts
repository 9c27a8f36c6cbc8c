import { RepositoryBuilder } from '@granary/git-process/testing';
import { formatPointer } from '@granary/wire';
import { readCommitDiff } from './commit-diff';

jest.setTimeout(60_000);

const ALL = { offset: 0, limit: 100 };

let repository: RepositoryBuilder;
beforeEach(async () => (repository = await RepositoryBuilder.create()));
afterEach(() => repository.remove());

const text = (lines: number, word = 'line') =>
  Array.from({ length: lines }, (_, index) => `${word} ${index}\n`).join('');

describe('readCommitDiff', () => {
  it('shows a root commit against nothing', async () => {
    const sha = await repository.commit({ files: { 'ü\n"': 'a\nb' }, message: 'First' });
    const diff = await readCommitDiff(repository, sha, ALL);
    expect(diff).toMatchObject({
      commit: { sha, subject: 'First', parents: [] },
      additions: 2,
      deletions: 0,
      fileCount: 1,
    });
    expect(diff.files).toMatchObject([
      { status: 'added', oldPath: null, newPath: 'ü\n"', newMode: '100644', additions: 2 },
    ]);
    expect(diff.files[0]?.hunks[0]?.lines.map((line) => [line.kind, line.text])).toEqual([
      ['add', 'a'],
      ['add', 'b'],
      ['no_newline', 'No newline at end of file'],
    ]);
  });

  it('shows renames, deletions and modes', async () => {
    await repository.commit({ files: { old: text(20), gone: 'x\n', run: 'x', 'dir/same': 'x' } });
    const files = { old: null, 'new name': `${text(20)}more\n`, gone: null, run: { mode: '100755', content: 'x' } };
    const diff = await readCommitDiff(repository, await repository.commit({ files }), ALL);
    expect(diff.files.map((file) => [file.status, file.oldPath, file.newPath, file.additions, file.deletions])).toEqual(
      [
        ['deleted', 'gone', null, 0, 1],
        ['renamed', 'old', 'new name', 1, 0],
        ['mode_changed', 'run', 'run', 0, 0],
      ],
    );
    expect([diff.additions, diff.deletions]).toEqual([1, 1]);
  });

  it('shows a merge against its first parent', async () => {
    const root = await repository.commit({ files: { a: '1' } });
    const left = await repository.commit({ files: { left: '1' } });
    const right = await repository.commit({ ref: 'refs/heads/right', parents: [root], files: { right: '1' } });
    const merge = await repository.commit({ parents: [left, right], files: { right: '1' } });
    expect((await readCommitDiff(repository, merge, ALL)).files.map((file) => file.newPath)).toEqual(['right']);
  });

  it('shows a commit without changes', async () => {
    await repository.commit({ files: { a: 'x' } });
    expect(await readCommitDiff(repository, await repository.commit(), ALL)).toMatchObject({
      files: [],
      fileCount: 0,
    });
  });

  it('shows binary files and submodules without their content', async () => {
    const module = { mode: '160000', content: 'c'.repeat(40) };
    const sha = await repository.commit({ files: { image: Buffer.from([0, 1]), module } });
    expect((await readCommitDiff(repository, sha, ALL)).files).toMatchObject([
      { newPath: 'image', binary: true, hunks: [] },
      { newPath: 'module', newMode: '160000', hunks: [{ lines: [{ text: `Subproject commit ${'c'.repeat(40)}` }] }] },
    ]);
  });

  it('reads the pointers on both sides', async () => {
    const one = { oid: '1'.repeat(64), sizeBytes: 1 };
    const two = { oid: '2'.repeat(64), sizeBytes: 2_000_000 };
    const plain = `${formatPointer(one)}but longer\n`;
    const marks = { '.gitattributes': '* filter=lfs\nplain -filter\ntext -filter\n' };
    await repository.commit({ files: { ...marks, both: formatPointer(one), gone: formatPointer(two), plain: 'x' } });
    const files = { both: formatPointer(two), gone: null, added: formatPointer(one), plain, text: formatPointer(one) };
    const diff = await readCommitDiff(repository, await repository.commit({ files }), ALL);
    expect(diff.files.map((file) => [file.newPath ?? file.oldPath, file.oldLfs, file.newLfs])).toEqual([
      ['added', null, one],
      ['both', one, two],
      ['gone', two, null],
      ['plain', null, null],
      ['text', null, null],
    ]);
  });

  it('counts all files, and lists those of the window', async () => {
    const files = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`f${index}`, text(index + 1)]));
    const sha = await repository.commit({ files });
    const diff = await readCommitDiff(repository, sha, { offset: 4, limit: 2 });
    expect(diff.files.map((file) => [file.newPath, file.additions, file.hunks.length])).toEqual([
      ['f4', 5, 1],
      ['f5', 6, 1],
    ]);
    expect(diff).toMatchObject({ fileCount: 7, additions: 28 });
    expect(await readCommitDiff(repository, sha, { offset: 7, limit: 2 })).toMatchObject({ files: [], fileCount: 7 });
  });

  it('shows the files behind one whose patch is too long, and the beginning of that one', async () => {
    const sha = await repository.commit({ files: { a: text(10), b: text(1000), c: text(10), d: text(1000) } });
    const diff = await readCommitDiff(repository, sha, { ...ALL, maxPatchBytes: 2000 });
    expect(diff.files.map((file) => [file.newPath, file.additions, file.truncated])).toEqual([
      ['a', 10, false],
      ['b', 1000, true],
      ['c', 10, false],
      ['d', 1000, true],
    ]);
    expect(diff.files[1]?.hunks[0]?.lines.length).toBeGreaterThan(10);
    expect(diff.additions).toBe(2020);
  });

  it('shows a file whose name is no UTF-8', async () => {
    const blob = await repository.git(['hash-object', '-w', '--stdin'], 'x\n');
    const entry = Buffer.concat([Buffer.from(`100644 blob ${blob}\tcaf`), Buffer.from([0xe9, 0])]);
    const tree = await repository.git(['mktree', '-z'], entry);
    const sha = await repository.git(['commit-tree', '-m', 'Latin', tree]);
    const diff = await readCommitDiff(repository, sha, ALL);
    expect(diff.files).toMatchObject([{ newPath: '"caf\\351"', additions: 1, hunks: [{ lines: [{ text: 'x' }] }] }]);
  });

  it('shows both sides of what was a link and is a file', async () => {
    await repository.commit({ files: { a: { mode: '120000', content: 'elsewhere' } } });
    const diff = await readCommitDiff(repository, await repository.commit({ files: { a: text(2) } }), ALL);
    expect(diff.files).toMatchObject([{ oldMode: '120000', newMode: '100644', status: 'modified' }]);
    expect(diff.files[0]?.hunks.flatMap(({ lines }) => lines.map(({ kind }) => kind))).toContain('delete');
  });

  it('keeps the counts of a long file, and drops its lines', async () => {
    const sha = await repository.commit({ files: { long: text(12), short: text(10) } });
    const diff = await readCommitDiff(repository, sha, { ...ALL, maxFileLines: 10 });
    expect(diff.files).toMatchObject([
      { newPath: 'long', additions: 12, hunks: [], truncated: true },
      { newPath: 'short', additions: 10, truncated: false },
    ]);
    expect(diff).toMatchObject({ additions: 22, fileCount: 2 });
  });

  it('does not read a file of many megabytes', async () => {
    const sha = await repository.commit({ files: { huge: 'x\n'.repeat(3_000_000) } });
    expect((await readCommitDiff(repository, sha, ALL)).files).toMatchObject([
      { newPath: 'huge', binary: true, hunks: [] },
    ]);
  });

  it('finds commits alone', async () => {
    const sha = await repository.commit({ files: { a: 'x' } });
    const tree = await repository.git(['rev-parse', `${sha}^{tree}`]);
    for (const other of [tree, '0'.repeat(40), 'main', '--help']) {
      await expect(readCommitDiff(repository, other, ALL)).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});
