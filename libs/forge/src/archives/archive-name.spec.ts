import fc from 'fast-check';
import { findArchiveFormat, type ArchiveFormat } from './archive-format';
import { archiveFileName, archiveKey, archiveHeaders, archiveName, type ArchiveIdentity } from './archive-name';

const COMMIT = 'c0ffee'.padEnd(40, '0');
const format = (name: string): ArchiveFormat => findArchiveFormat(name) as ArchiveFormat;

describe('archiveName', () => {
  const named = (ref: string, rest: { fileName?: string; paths?: string[]; appendSha?: boolean } = {}): string =>
    archiveName({
      project: 'hub',
      resolved: { commit: COMMIT, ref, kind: ref === COMMIT ? 'commit' : 'branch', fileName: rest.fileName ?? null },
      paths: rest.paths ?? [],
      appendSha: rest.appendSha ?? null,
    });

  it('follows GitLab', () => {
    expect(named('main')).toBe(`hub-main-${COMMIT}`);
    expect(named('main', { fileName: 'hub-main' })).toBe('hub-main');
    expect(named('main', { fileName: 'other' })).toBe(`hub-main-${COMMIT}`);
    expect(named('feature/x/y', { fileName: 'hub-feature-x-y' })).toBe('hub-feature-x-y');
    expect(named(COMMIT)).toBe(`hub-${COMMIT}`);
    expect(named(COMMIT, { appendSha: true })).toBe(`hub-${COMMIT}`);
    expect(named('main', { appendSha: false, paths: ['src/lib', 'docs'] })).toBe('hub-main-src-lib-docs');
    expect(named('main', { appendSha: true, fileName: 'hub-main' })).toBe(`hub-main-${COMMIT}`);
  });

  it('never adds the commit to a ref that names one, in full or in short', () => {
    const of = (ref: string, kind: 'branch' | 'commit') =>
      archiveName({
        ...{ project: 'hub', paths: [], appendSha: true },
        resolved: { commit: COMMIT, ref, kind, fileName: null },
      });
    expect(of('c0ffee', 'commit')).toBe('hub-c0ffee');
    expect(of(COMMIT, 'branch')).toBe(`hub-${COMMIT}`);
    expect(of('c0ffee', 'branch')).toBe(`hub-c0ffee-${COMMIT}`);
  });

  it('is cut between two characters', () => {
    expect(named(`x${'é'.repeat(300)}`, { appendSha: false })).toBe(`hub-x${'é'.repeat(117)}`);
    expect(named(`x${'語'.repeat(300)}`, { appendSha: false })).toBe(`hub-x${'語'.repeat(78)}`);
  });

  it('is one plain directory name whatever the ref and the path are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const name = named(`r${text}`, { paths: [text], appendSha: false });
        // eslint-disable-next-line no-control-regex
        expect(name).toMatch(/^hub-r[^/\\:*?"<>|\u0000-\u001f]*$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
        expect(name).not.toContain('\ufffd');
      }),
    );
  });
});

it('gives files the first extension of their format', () => {
  expect(archiveFileName('hub-main', format('tgz'))).toBe('hub-main.tar.gz');
  expect(archiveFileName('hub-main', format('zip'))).toBe('hub-main.zip');
});

describe('archiveKey', () => {
  const identity: ArchiveIdentity = {
    commit: COMMIT,
    format: 'zip',
    encoder: '1',
    prefix: 'hub-main/',
    paths: [],
    lfs: true,
  };

  it('differs with everything that the bytes depend on', () => {
    const others: Partial<ArchiveIdentity>[] = [
      {},
      { commit: 'd'.repeat(40) },
      { format: 'tar' },
      { prefix: 'hub-other/' },
      { encoder: '2' },
      { paths: ['a'] },
      { paths: ['a', 'b'] },
      { paths: ['a,b'] },
      { excludePaths: ['a'] },
      { lfs: false },
    ];
    const keys = others.map((other) => archiveKey({ ...identity, ...other }));
    expect(new Set(keys).size).toBe(others.length);
    expect(keys).toEqual(keys.map(() => expect.stringMatching(/^[0-9a-f]{40}$/)));
    expect(archiveKey({ ...identity })).toBe(keys[0]);
  });

  it('stays the same from one release to the next while the bytes do', () => {
    expect(archiveKey(identity)).toBe('6f47f183685aa703f8502bcf70bad95255199ec6');
    expect(archiveKey({ ...identity, format: 'tar.gz' })).toBe('8ed43756ccb888e7d557d5c20a7711081fab9eb9');
  });
});

describe('archiveHeaders', () => {
  const options = { fileName: 'hub-main.zip', etag: '"x"' };

  it('lets shared caches keep only what anonymous users may read', () => {
    const headers = archiveHeaders({ ...options, format: format('zip'), immutable: true, publiclyReadable: true });
    expect(headers).toMatchObject({
      'Content-Type': 'application/zip',
      'Content-Disposition': expect.stringContaining('filename="hub-main.zip"'),
      ETag: '"x"',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cache-Control': 'public, max-age=86400, immutable',
    });
    expect(headers).not.toHaveProperty('Vary');
  });

  it('keeps private archives with their reader, and names only for a moment', () => {
    const headers = archiveHeaders({ ...options, format: format('tgz'), immutable: false, publiclyReadable: false });
    expect(headers).toMatchObject({
      'Content-Type': 'application/gzip',
      'Content-Disposition': expect.stringContaining('filename="hub-main.zip"'),
      'Cache-Control': 'private, max-age=60, must-revalidate',
      Vary: 'Authorization, Cookie',
    });
  });

  it('lets nobody keep what may be other bytes tomorrow', () => {
    const shown = { ...options, etag: null, format: format('zip'), immutable: true, publiclyReadable: true };
    expect(archiveHeaders(shown)).toMatchObject({ 'Cache-Control': 'no-store' });
    expect(archiveHeaders(shown)).not.toHaveProperty('ETag');
  });
});
