import { GitFailed } from '@granary/git-process';
import { ArchiveBench, noProcessNames } from '../testing/archives';
import { LfsObjects } from '../testing/lfs-store';
import { oidOf, pointerTo, type TestFile } from '../testing/repository';

// Other programs are started, on machines that may be busy.
jest.setTimeout(120_000);

const ONE = Buffer.from('one object');
const TWO = Buffer.from('another object');
const MARK_BIN: TestFile = { path: '.gitattributes', content: '*.bin filter=lfs -text\n' };

let bench: ArchiveBench;
beforeAll(async () => {
  bench = await ArchiveBench.open();
});
afterAll(() => bench.close());

describe('planArchive', () => {
  it('resolves every object in one call, each once, in the order of the archive', async () => {
    const objects = new LfsObjects([ONE, TWO]);
    const archive = await bench.archive(
      [
        MARK_BIN,
        { path: 'b.bin', content: pointerTo(TWO) },
        { path: 'a.bin', content: pointerTo(ONE) },
        { path: 'c/a.bin', content: pointerTo(ONE) },
        { path: 'c.txt', content: 'text' },
      ],
      [],
      objects,
    );
    const plan = await archive.plan();
    expect(objects.asked).toEqual([[oidOf(ONE), oidOf(TWO)]]);
    expect(plan.lfsFiles.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['a.bin', ONE.length],
      ['b.bin', TWO.length],
      ['c/a.bin', ONE.length],
    ]);
    expect(plan.entries).toBe(5);
    expect((await archive.plan({ lfs: false })).lfsFiles).toEqual([]);
    expect((await archive.plan({ paths: ['b.bin'] })).lfsFiles.map(({ path }) => path)).toEqual(['b.bin']);
    expect((await archive.plan({ excludePaths: ['b.bin', 'c'] })).lfsFiles.map(({ path }) => path)).toEqual(['a.bin']);
  });

  it('asks for nothing when nothing is marked', async () => {
    const objects = new LfsObjects();
    const archive = await bench.archive([{ path: 'a.bin', content: pointerTo(ONE) }], [], objects);
    await archive.plan();
    expect(objects.asked).toEqual([]);
  });

  it('refuses with all missing paths counted and a hundred listed', async () => {
    const missing = Array.from({ length: 120 }, (_, i) => Buffer.from(`missing ${i}`));
    const archive = await bench.archive([
      MARK_BIN,
      ...missing.map((content, i) => ({ path: `m${String(i).padStart(3, '0')}.bin`, content: pointerTo(content) })),
      { path: 'here.bin', content: pointerTo(ONE) },
    ]);
    const objects = new LfsObjects([ONE]);
    const paths = missing.slice(0, 100).map((_, i) => `m${String(i).padStart(3, '0')}.bin`);
    await expect(archive.plan({ resolveLfs: objects.resolve })).rejects.toMatchObject({
      code: 'lfs_objects_missing',
      details: { count: 120, paths },
    });
    expect((await archive.plan({ lfs: false })).entries).toBe(122);
  });

  it('shows control characters of a missing path only as U+FFFD', async () => {
    const archive = await bench.archive([MARK_BIN, { path: 'a\u001b[2J.bin', content: pointerTo(ONE) }]);
    await expect(archive.plan()).rejects.toMatchObject({ details: { paths: ['a\ufffd[2J.bin'], count: 1 } });
  });

  it('refuses a pointer that gives another size than the object has', async () => {
    const lie = pointerTo(ONE).replace(/size \d+/, 'size 9999');
    const archive = await bench.archive([MARK_BIN, { path: 'lie.bin', content: lie }], [ONE]);
    await expect(archive.plan()).rejects.toMatchObject({ code: 'invalid', details: { paths: ['lie.bin'], count: 1 } });
  });

  it('leaves the pointers of missing and of wrong objects on request, and promises no equal bytes then', async () => {
    const lie = pointerTo(ONE).replace(/size \d+/, 'size 9999');
    const files = [
      MARK_BIN,
      { path: 'here.bin', content: pointerTo(ONE) },
      { path: 'lie.bin', content: lie },
      { path: 'lost.bin', content: pointerTo(TWO) },
    ];
    const archive = await bench.archive(files, [ONE]);
    const plan = await archive.plan({ missing: 'pointer' });
    expect(plan).toMatchObject({ missingLfsFiles: 2, isRepeatable: false, lfsBytes: ONE.length });
    const tar = await archive.bytes('tar', { missing: 'pointer' });
    for (const content of [ONE.toString(), lie, pointerTo(TWO)]) expect(tar.includes(content)).toBe(true);
    expect(tar.includes(pointerTo(ONE))).toBe(false);
  });

  it.each([
    ['$Format:%H %h %cI%n$', true],
    ['$Format:%D$', false],
    ['$Format:ref-names: %d$', false],
    ['$Format:%(describe:tags=true)$', false],
    ['$Format:%cr$', false],
    ['$Format:%N$', false],
    ['%d outside of it', true],
  ])('promises equal bytes only where the commit alone decides them: %s', async (text, isRepeatable) => {
    const stamped = (attributes: string) =>
      bench.archive([
        { path: '.gitattributes', content: attributes },
        { path: 'stamp.txt', content: `one\n${text}\n` },
      ]);
    expect((await (await stamped('*.txt export-subst\n')).plan()).isRepeatable).toBe(isRepeatable);
    expect((await (await stamped('*.md export-subst\n')).plan()).isRepeatable).toBe(true);
    expect((await (await stamped('*.txt export-subst export-ignore\n')).plan()).isRepeatable).toBe(true);
  });

  it('needs no object for a pointer to nothing', async () => {
    const archive = await bench.archive([MARK_BIN, { path: 'nothing.bin', content: pointerTo(Buffer.alloc(0)) }]);
    const plan = await archive.plan();
    expect(plan.lfsFiles).toMatchObject([{ path: 'nothing.bin', sizeBytes: 0, crc32: 0 }]);
    expect((await archive.bytes('tar')).includes('sha256')).toBe(false);
  });

  it('keeps within its limits, and leaves no git behind', async () => {
    const files = Array.from({ length: 5000 }, (_, i) => ({ path: `f${i}`, content: `content ${i}` }));
    const archive = await bench.archive(files);
    await expect(archive.plan({ maxEntries: 4999 })).rejects.toMatchObject({ code: 'too_large' });
    await expect(archive.plan({ maxEntries: 1 })).rejects.toMatchObject({ code: 'too_large' });
    const counted = { countsGitBytes: true };
    await expect(archive.plan({ ...counted, maxContentBytes: 1000 })).rejects.toMatchObject({ code: 'too_large' });
    // Without counting, git's files are met on the way.
    expect((await archive.plan({ maxContentBytes: 1000 })).entries).toBe(5000);
    await expect(archive.bytes('tar', { maxContentBytes: 1000 })).rejects.toMatchObject({ code: 'too_large' });
    await noProcessNames(archive.repositoryPath);
    expect((await archive.plan({ maxEntries: 5000 })).entries).toBe(5000);
    const heavy = await bench.archive([MARK_BIN, { path: 'a.bin', content: pointerTo(ONE) }], [ONE]);
    const contentBytes = MARK_BIN.content.length + pointerTo(ONE).length + ONE.length;
    const tooLarge = { code: 'too_large' };
    await expect(heavy.plan({ ...counted, maxContentBytes: contentBytes - 1 })).rejects.toMatchObject(tooLarge);
    expect((await heavy.plan({ ...counted, maxContentBytes: contentBytes })).entries).toBe(2);
    await expect(heavy.plan({ maxContentBytes: ONE.length - 1 })).rejects.toMatchObject(tooLarge);
  });

  it('answers not_found for a path that the commit does not have, and takes none for a pattern', async () => {
    const archive = await bench.archive([{ path: 'src/a.txt', content: 'a' }]);
    for (const path of ['nothing', 'src/b.txt', 'sr', '*', ':(top)src', 'src/a.txt/b']) {
      await expect(archive.plan({ paths: ['src', path] })).rejects.toMatchObject({ code: 'not_found' });
    }
    expect((await archive.plan({ paths: ['src', 'src/a.txt'] })).entries).toBe(1);
  });

  it('fails for a commit that is not there, and takes no name for one', async () => {
    const archive = await bench.archive([{ path: 'a', content: 'a' }]);
    await expect(archive.plan({ commit: 'b'.repeat(40) })).rejects.toThrow(GitFailed);
    for (const commit of ['main', '--output=/tmp/x', `${archive.commit}:a`]) {
      await expect(archive.plan({ commit })).rejects.toThrow('commit id');
    }
  });

  it('stops when its owner does', async () => {
    const archive = await bench.archive([{ path: 'a', content: 'a' }]);
    const git = { home: bench.home, path: archive.repositoryPath, signal: AbortSignal.abort(new Error('gone')) };
    await expect(archive.plan({ git })).rejects.toThrow('gone');
  });
});
