import fc from 'fast-check';
import { ARCHIVE_FORMATS } from './archive-format';
import { parseArchiveRequest, resolveArchiveRequest, type ResolvedRef } from './archive-request';

const COMMIT = 'a'.repeat(40);
const branch = (name: string): ResolvedRef => ({ commit: COMMIT, ref: name, kind: 'branch' });

describe('parseArchiveRequest', () => {
  it.each([
    ['main.zip', 'zip', [['main', null]]],
    ['main.tgz', 'tar.gz', [['main', null]]],
    ['main.tar.gz', 'tar.gz', [['main', null]]],
    ['v1.0.tar', 'tar', [['v1.0', null]]],
    [
      'main/hub-main.zip',
      'zip',
      [
        ['main/hub-main', null],
        ['main', 'hub-main'],
      ],
    ],
    [
      'feature/a/b.tar.gz',
      'tar.gz',
      [
        ['feature/a/b', null],
        ['feature/a', 'b'],
      ],
    ],
    [
      'main/-x.zip',
      'zip',
      [
        ['main/-x', null],
        ['main', '-x'],
      ],
    ],
    ['main/.hidden.zip', 'zip', [['main', '.hidden']]],
    [`${COMMIT}.zip`, 'zip', [[COMMIT, null]]],
  ])('reads %s', (address, format, readings) => {
    const request = parseArchiveRequest(address);
    expect(request.format.name).toBe(format);
    expect(request.candidates).toEqual(readings.map(([ref, fileName]) => ({ ref, fileName })));
    expect(request).toMatchObject({ paths: [], excludePaths: [], lfs: true, appendSha: null });
  });

  it.each([
    'main',
    'main.rar',
    '.zip',
    'main/.zip',
    '--output=/tmp/x.zip',
    'a..b.zip',
    '../../etc.zip',
    'ma\u0000in.zip',
    'ma\nin.zip',
    'a\u007f.zip',
    'main~1.zip',
    'HEAD^{tree}.zip',
    'main@{1}.zip',
    ':refs.zip',
    '@.zip',
  ])('refuses %j', (address) => {
    expect(() => parseArchiveRequest(address)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it.each([
    [{}, true],
    [{ lfs: 'true' }, true],
    [{ lfs: 'false' }, false],
    [{ lfs: '0' }, false],
    [{ include_lfs_blobs: 'false' }, false],
    [{ include_lfs_blobs: 'true', lfs: 'false' }, false],
  ])('reads the LFS mode of %j', (query, lfs) => {
    expect(parseArchiveRequest('main.zip', query).lfs).toBe(lfs);
  });

  it('sorts paths and drops repeated ones and outer slashes', () => {
    const query = { path: ['/src/b/', 'src/a', 'src/b'], exclude_paths: 'docs/', append_sha: 'false' };
    expect(parseArchiveRequest('main.zip', query)).toMatchObject({
      paths: ['src/a', 'src/b'],
      excludePaths: ['docs'],
      appendSha: false,
    });
    expect(parseArchiveRequest('main.zip', { path: '/' }).paths).toEqual([]);
  });

  it('refuses an address that is too long', () => {
    const address = `${'x'.repeat(5000)}.zip`;
    expect(() => parseArchiveRequest(address)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it.each([
    ['a step up', { path: '../x' }],
    ['a step on the spot', { path: 'a/./b' }],
    ['an empty step', { path: 'a//b' }],
    ['a control byte', { path: 'a\u0000b' }],
    ['an object', { path: { $ne: 'x' } }],
    ['too deep a path', { path: 'x/'.repeat(200) }],
    ['too many paths', { path: Array.from({ length: 101 }, (_, i) => `p${i}`) }],
    ['a flag that is neither', { lfs: 'maybe' }],
  ])('refuses a query with %s', (_, query) => {
    expect(() => parseArchiveRequest('main.zip', query)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it('reads the checksum of an archive as a question about the same archive', () => {
    const request = parseArchiveRequest('v1.0.tar.gz.sha256');
    expect(request).toMatchObject({ checksum: true, candidates: [{ ref: 'v1.0', fileName: null }] });
    expect(request.format.name).toBe('tar.gz');
    expect(parseArchiveRequest('sha256.zip')).toMatchObject({ checksum: false });
  });

  it.each([
    [{}, 'refuse'],
    [{ missing: 'refuse' }, 'refuse'],
    [{ missing: 'pointer' }, 'pointer'],
    [{ missing: ['pointer', 'refuse'] }, 'refuse'],
    [{ missing: ['refuse', 'pointer'] }, 'pointer'],
    // Every pointer is as it is then.
    [{ missing: 'pointer', lfs: 'false' }, 'refuse'],
  ])('reads what becomes of missing objects out of %j', (query, missing) => {
    expect(parseArchiveRequest('main.zip', query).missing).toBe(missing);
  });

  it.each([
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['yes', true],
    ['false', false],
    ['0', false],
    ['no', false],
    [['true', 'no'], false],
  ])('reads a flag of %j', (given, value) => {
    expect(parseArchiveRequest('main.zip', { append_sha: given }).appendSha).toBe(value);
  });

  it.each([
    ['main.zip', { missing: 'skip' }, 'With missing=pointer, LFS objects that are not here leave their pointers.'],
    ['main.zip', { lfs: '' }, 'lfs is true or false.'],
    ['main.zip', { path: '..' }, 'Give a path inside the repository.'],
    ['main.rar', {}, 'The formats here are: zip, tar.gz, tgz'],
  ])('says of %s with %j what would be right', (address, query, hint) => {
    expect(() => parseArchiveRequest(address, query)).toThrow(
      expect.objectContaining({ code: 'bad_request', hint: expect.stringContaining(hint) }),
    );
  });

  it('refuses a format whose program the machine lacks, and names it', () => {
    const formats = ARCHIVE_FORMATS.filter(({ compression }) => compression !== 'zstd');
    expect(() => parseArchiveRequest('main.tar.zst', {}, formats)).toThrow(
      'This hub makes no tar.zst archives: the program "zstd" is missing.',
    );
    expect(parseArchiveRequest('main.zip', {}, formats).format.name).toBe('zip');
  });

  it('takes what just fits, and no more', () => {
    const taken = (address: string, query = {}) => {
      try {
        return parseArchiveRequest(address, query) !== null;
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad_request' });
        return false;
      }
    };
    expect([4096, 4097].map((length) => taken('.zip'.padStart(length, 'x')))).toEqual([true, false]);
    expect([4096, 4097].map((length) => taken('main.zip', { path: 'x'.repeat(length) }))).toEqual([true, false]);
    expect([100, 101].map((depth) => taken('main.zip', { path: Array(depth).fill('x').join('/') }))).toEqual([
      true,
      false,
    ]);
    const paths = (count: number, length: number) =>
      Array.from({ length: count }, (_, at) => String(at).padStart(length, 'x'));
    expect([100, 101].map((count) => taken('main.zip', { path: paths(count, 4) }))).toEqual([true, false]);
    expect(
      [8192, 8193].map((length) => taken('main.zip', { path: ['a'.repeat(4096), 'b'.repeat(length - 4096)] })),
    ).toEqual([true, false]);
    expect(taken('main.zip', { path: paths(64, 128) })).toBe(true);
  });

  it('drops every slash around a path, and paths of nothing else', () => {
    const paths = (path: string[]) => parseArchiveRequest('main.zip', { path }).paths;
    expect(paths(['//src//'])).toEqual(['src']);
    expect(paths(['///', 'docs'])).toEqual(['docs']);
  });

  it('never lets a ref through that git could take for an option, a range or another path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('zip', 'tar', 'tar.gz', 'tgz'), (text, extension) => {
        try {
          for (const { ref } of parseArchiveRequest(`${text}.${extension}`).candidates) {
            // eslint-disable-next-line no-control-regex
            expect(ref).not.toMatch(/^-|\.\.|^\/|\/$|[\u0000-\u0020\u007f:^~]/);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_request' });
        }
      }),
    );
  });
});

describe('resolveArchiveRequest', () => {
  const known =
    (...names: string[]) =>
    async (name: string): Promise<ResolvedRef | null> =>
      names.includes(name) ? branch(name) : null;

  it('takes the longest ref that exists', async () => {
    const request = parseArchiveRequest('feature/a/b.zip');
    expect(await resolveArchiveRequest(request, known('feature/a', 'feature/a/b'))).toMatchObject({
      ref: 'feature/a/b',
      fileName: null,
    });
    expect(await resolveArchiveRequest(request, known('feature/a'))).toMatchObject({ ref: 'feature/a', fileName: 'b' });
  });

  it('answers not_found when nothing is meant', async () => {
    const request = parseArchiveRequest('nothing/here.zip');
    await expect(resolveArchiveRequest(request, known('main'))).rejects.toMatchObject({
      code: 'not_found',
      hint: 'A repository without commits has no archives.',
    });
  });
});
