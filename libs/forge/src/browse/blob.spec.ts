import { RepositoryBuilder } from '@granary/git-process/testing';
import { formatPointer } from '@granary/wire';
import { readBlob, readTextStart } from './blob';
import type { FileSpec } from '@granary/git-process/testing';

jest.setTimeout(60_000);

let repository: RepositoryBuilder;
beforeEach(async () => (repository = await RepositoryBuilder.create()));
afterEach(() => repository.remove());

async function blobOf(content: FileSpec, limitBytes?: number) {
  const sha = await repository.commit({ files: { 'dir/file': content } });
  return readBlob(repository, { sha, path: 'dir/file', limitBytes });
}

describe('readBlob', () => {
  it('reads text', async () => {
    const blob = await blobOf('Grüße\n');
    expect(blob).toMatchObject({
      path: 'dir/file',
      mode: '100644',
      sizeBytes: 8,
      kind: 'text',
      text: 'Grüße\n',
      lfs: null,
    });
    expect(blob.bytes).toEqual(Buffer.from('Grüße\n'));
    expect(blob.oid).toBe(await repository.git(['rev-parse', 'main:dir/file']));
  });

  it.each([
    ['an empty file', Buffer.alloc(0), ''],
    ['Latin-1', Buffer.from('Gr\u00fc\u00dfe', 'latin1'), 'Grüße'],
    ['UTF-16 with a byte order mark', Buffer.from('\ufeffGrüße', 'utf16le'), 'Grüße'],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffGrüße'), 'Grüße'],
    ['SVG, which may hold scripts', Buffer.from('<svg onload="alert(1)"/>'), '<svg onload="alert(1)"/>'],
  ])('reads %s as text', async (_, content, text) => {
    expect(await blobOf(content)).toMatchObject({ kind: 'text', text });
  });

  it.each([
    ['image/png', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')],
    ['image/jpeg', Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1')],
    ['image/gif', Buffer.from('GIF89a\x01\0', 'latin1')],
    ['image/webp', Buffer.from('RIFF\x10\0\n\0WEBPVP8 ', 'latin1')],
    ['image/avif', Buffer.from('\0\0\0\x1cftypavif\0\0\0\0', 'latin1')],
  ])('knows %s by its first bytes, however large', async (imageType, start) => {
    expect(await blobOf(start)).toMatchObject({ kind: 'image', imageType, text: null, bytes: start });
    const large = Buffer.concat([start, Buffer.alloc(20_000)]);
    expect(await blobOf(large, 10_000)).toMatchObject({
      kind: 'image',
      imageType,
      sizeBytes: large.length,
      bytes: null,
    });
  });

  it('knows binary content by a NUL byte near its start', async () => {
    expect(await blobOf(Buffer.from('ab\0c'))).toMatchObject({ kind: 'binary', text: null });
    expect(await blobOf(Buffer.from('ab\0c'.repeat(9)), 10)).toMatchObject({ kind: 'binary', bytes: null });
    const late = Buffer.concat([Buffer.alloc(8000, 'a'), Buffer.alloc(1)]);
    expect(await blobOf(late)).toMatchObject({ kind: 'text' });
  });

  it('reads text up to the limit, and not beyond', async () => {
    expect(await blobOf('0123456789', 10)).toMatchObject({ kind: 'text', text: '0123456789' });
    expect(await blobOf('0123456789a', 10)).toMatchObject({
      kind: 'too_large',
      sizeBytes: 11,
      text: null,
      bytes: null,
    });
  });

  it('reads where a symlink points, and does not go there', async () => {
    const blob = await blobOf({ mode: '120000', content: '../../etc/passwd' });
    expect(blob).toMatchObject({ kind: 'symlink', mode: '120000', text: '../../etc/passwd' });
  });

  it('reads an LFS pointer as the file that it stands for', async () => {
    const lfs = { oid: 'ab'.repeat(32), sizeBytes: 5_000_000_000 };
    await repository.commit({ files: { '.gitattributes': 'file filter=lfs\n' } });
    expect(await blobOf(formatPointer(lfs))).toMatchObject({
      kind: 'binary',
      sizeBytes: lfs.sizeBytes,
      bytes: null,
      lfs,
    });
  });

  it('reads what looks like a pointer as text where no attribute marks the path', async () => {
    const pointer = formatPointer({ oid: 'ab'.repeat(32), sizeBytes: 5 });
    await repository.commit({ files: { '.gitattributes': 'other filter=lfs\n' } });
    expect(await blobOf(pointer)).toMatchObject({ kind: 'text', text: pointer.toString(), lfs: null });
    // The nearer file has the last word.
    await repository.commit({ files: { '.gitattributes': '* filter=lfs\n', 'dir/.gitattributes': 'file -filter\n' } });
    expect(await blobOf(pointer)).toMatchObject({ kind: 'text', lfs: null });
  });

  it('finds names that are hard to write', async () => {
    const files = { 'a\nb': '1', ' ': '2', 'ü"\\': '3', '-n': '4', ':(glob)*': '5', '*': '6' };
    const sha = await repository.commit({ files });
    for (const [path, text] of Object.entries(files)) {
      expect(await readBlob(repository, { sha, path })).toMatchObject({ path, text });
    }
  });

  it.each(['', 'dir', 'none', 'module', 'dir/file/x', 'dir/../dir/file', './dir/file', 'dir/fi'])(
    'finds no file at %j',
    async (path) => {
      const module = { mode: '160000', content: 'c'.repeat(40) };
      const sha = await repository.commit({ files: { 'dir/file': 'x', module } });
      await expect(readBlob(repository, { sha, path })).rejects.toMatchObject({ code: 'not_found' });
    },
  );
});

describe('readTextStart', () => {
  async function startOf(content: string | Buffer, limitBytes: number) {
    await repository.commit({ files: { a: content } });
    const [oid, sha] = (await repository.git(['rev-parse', 'main:a', 'main'])).split('\n') as [string, string];
    return readTextStart(repository, { oid, sha, path: 'a' }, limitBytes);
  }

  it('cuts text at the limit, and never inside a character', async () => {
    expect(await startOf('abc', 3)).toEqual({ text: 'abc', isTruncated: false });
    expect(await startOf('abcd', 3)).toEqual({ text: 'abc', isTruncated: true });
    expect(await startOf('abü!', 3)).toEqual({ text: 'ab', isTruncated: true });
  });

  it('is not for binary content', async () => {
    expect(await startOf(Buffer.from([1, 0, 2]), 10)).toBeNull();
  });
});
