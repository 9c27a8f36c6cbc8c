import { RepositoryBuilder } from '@granary/git-process/testing';
import { formatPointer } from '@granary/wire';
import { findReadme } from './readme';
import { readTree } from './tree';

jest.setTimeout(60_000);

let repository: RepositoryBuilder;
beforeEach(async () => (repository = await RepositoryBuilder.create()));
afterEach(() => repository.remove());

const lfs = { oid: 'ab'.repeat(32), sizeBytes: 5_000_000_000 };

describe('readTree', () => {
  it('lists every kind of entry, directories first', async () => {
    const module = 'c'.repeat(40);
    const sha = await repository.commit({
      files: {
        'z/deep/file': 'x',
        'a file': 'hello',
        link: { mode: '120000', content: 'a file' },
        'run.sh': { mode: '100755', content: '#!/bin/sh' },
        module: { mode: '160000', content: module },
        'video.bin': formatPointer(lfs),
        'fixture.txt': formatPointer(lfs),
        '.gitattributes': '*.bin filter=lfs\n',
        'line\nfeed "ü"': '',
      },
    });
    const { entries, isTruncated } = await readTree(repository, { sha, path: '' });
    expect(entries.map((entry) => [entry.name, entry.type, entry.mode, entry.sizeBytes, entry.lfs])).toEqual([
      ['module', 'submodule', '160000', null, null],
      ['z', 'tree', '040000', null, null],
      ['.gitattributes', 'blob', '100644', 17, null],
      ['a file', 'blob', '100644', 5, null],
      ['fixture.txt', 'blob', '100644', formatPointer(lfs).length, null],
      ['line\nfeed "ü"', 'blob', '100644', 0, null],
      ['link', 'symlink', '120000', 6, null],
      ['run.sh', 'blob', '100755', 9, null],
      ['video.bin', 'blob', '100644', lfs.sizeBytes, lfs],
    ]);
    expect(entries[0]?.oid).toBe(module);
    expect(isTruncated).toBe(false);
    const inner = await readTree(repository, { sha, path: 'z/deep/' });
    expect(inner.entries).toMatchObject([{ name: 'file', path: 'z/deep/file', sizeBytes: 1 }]);
  });

  it('lists a directory whose name git could take for a pattern or an option', async () => {
    const files = { '*/a': 'x', ':(top)/b': 'x', '-r/c': 'x', 'line\nfeed/d': 'x', 'other/e': 'x' };
    const sha = await repository.commit({ files });
    for (const path of Object.keys(files)) {
      const directory = path.slice(0, -2);
      expect((await readTree(repository, { sha, path: directory })).entries).toMatchObject([{ path }]);
    }
  });

  it('lists a directory window by window: what holds more first, everything once', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `f${index}`);
    const files = Object.fromEntries([...names, 'a-b/x', 'a/x', 'z/x', 'README'].map((path) => [path, 'x']));
    const sha = await repository.commit({ files });
    const pages = await Promise.all(
      [0, 5, 10, 15].map((offset) => readTree(repository, { sha, path: '', offset, limit: 5 })),
    );
    expect(pages.flatMap(({ entries }) => entries.map(({ name }) => name))).toEqual([
      ...['a', 'a-b', 'z', 'README'],
      ...names,
    ]);
    expect(pages.map(({ total, isTruncated }) => [total, isTruncated])).toEqual([
      [12, true],
      [12, true],
      [12, false],
      [12, false],
    ]);
  });

  it('finds the README wherever it stands', async () => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`A${index}`, 'x']));
    const sha = await repository.commit({ files: { ...files, 'readme.md': 'x' } });
    const { entries, readmes } = await readTree(repository, { sha, path: '', limit: 4 });
    expect(entries.map(({ name }) => name)).not.toContain('readme.md');
    expect(findReadme(readmes)?.name).toBe('readme.md');
  });

  it('stops at the limit', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}`, 'x']));
    const sha = await repository.commit({ files });
    const cut = await readTree(repository, { sha, path: '', limit: 10 });
    expect([cut.entries.length, cut.isTruncated]).toEqual([10, true]);
    const whole = await readTree(repository, { sha, path: '', limit: 12 });
    expect([whole.entries.length, whole.isTruncated]).toEqual([12, false]);
  });

  it('reads a commit without any files', async () => {
    const sha = await repository.commit();
    expect(await readTree(repository, { sha, path: '' })).toMatchObject({ entries: [], total: 0, isTruncated: false });
  });

  it.each(['file', 'none', 'link', 'file/x', '..', 'dir//x', 'module', 'di'])(
    'finds no directory at %j',
    async (path) => {
      const link = { mode: '120000', content: 'dir' };
      const module = { mode: '160000', content: 'c'.repeat(40) };
      const sha = await repository.commit({ files: { file: 'x', 'dir/x': 'x', link, module } });
      await expect(readTree(repository, { sha, path })).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it.each(['HEAD', '--help', 'main', ''])('takes no name for a commit: %j', async (sha) => {
    await repository.commit({ files: { a: 'x' } });
    await expect(readTree(repository, { sha, path: '' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('takes a blob for a pointer only below 1024 bytes, and never a symlink', async () => {
    const padded = Buffer.concat([formatPointer(lfs), Buffer.alloc(1024, ' ')]);
    const link = { mode: '120000', content: formatPointer(lfs).toString() };
    const sha = await repository.commit({
      files: {
        padded: padded.subarray(0, 1024),
        fits: padded.subarray(0, 1023),
        link,
        '.gitattributes': '* filter=lfs',
      },
    });
    const { entries } = await readTree(repository, { sha, path: '' });
    expect(entries.map((entry) => [entry.name, entry.lfs])).toEqual([
      ['.gitattributes', null],
      ['fits', lfs],
      ['link', null],
      ['padded', null],
    ]);
  });

  it('ends git when its reader leaves', async () => {
    const sha = await repository.commit({ files: { a: 'x' } });
    const { home, path } = repository;
    const reader = { home, path, signal: AbortSignal.abort(new Error('gone')) };
    await expect(readTree(reader, { sha, path: '' })).rejects.toThrow('gone');
  });
});

describe('findReadme', () => {
  const entry = (name: string, type: 'blob' | 'tree' | 'symlink' = 'blob') => ({ name, type, lfs: null });

  it.each([
    [['README', 'readme.txt', 'Readme.md'], 'Readme.md'],
    [['README', 'README.rst'], 'README.rst'],
    [['main.ts', 'README'], 'README'],
    [['README.md.bak', 'READMEs.md', 'a'], undefined],
  ])('picks from %j', (names, expected) => {
    expect(findReadme(names.map((name) => entry(name)))?.name).toBe(expected);
  });

  it('wants a file whose content is in git', () => {
    expect(findReadme([entry('README.md', 'tree')])).toBeNull();
    expect(findReadme([entry('README.md', 'symlink'), entry('README')])?.name).toBe('README.md');
    expect(findReadme([{ ...entry('README.md'), lfs }, entry('README')])?.name).toBe('README');
  });
});
