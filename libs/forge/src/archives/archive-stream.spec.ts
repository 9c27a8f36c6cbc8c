import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ARCHIVE_FORMATS } from './archive-format';
import { ArchiveBench, type TestArchive } from './testing/archives';
import { noise, inspectTar, inspectZip, type Inspected } from '@granary/archive-format/testing';
import { LfsObjects } from './testing/lfs-store';
import { COMMIT_TIME_SECONDS, makeRepository, pointerTo, type TestFile } from './testing/repository';

// Other programs are started, on machines that may be busy.
jest.setTimeout(120_000);

const SMALL = Buffer.from('a small LFS object\n');
const MEDIA = noise(7, 600_000);
const LONG = `${'d'.repeat(120)}/${'e'.repeat(120)}/${'f'.repeat(120)}`;

const FILES: TestFile[] = [
  {
    path: '.gitattributes',
    content: [
      '[attr]media filter=lfs -text',
      '*.bin filter=lfs diff=lfs merge=lfs -text',
      '*.mov media',
      'kept.bin -filter',
      'left-out.* export-ignore',
      'left-out export-ignore',
      'stamp.txt export-subst',
      'dos.txt text eol=crlf',
    ].join('\n'),
  },
  { path: 'sub/.gitattributes', content: '*.dat filter=lfs\n*.bin !filter\n' },
  { path: 'sub/deep/.gitattributes', content: 'yes.bin filter=lfs\n' },
  { path: 'media.bin', content: pointerTo(MEDIA) },
  { path: 'clip.mov', content: pointerTo(SMALL), mode: '100755' },
  { path: 'kept.bin', content: pointerTo(MEDIA) },
  { path: 'unmarked.txt', content: pointerTo(MEDIA) },
  { path: 'real.bin', content: 'marked, but no pointer' },
  { path: 'empty.bin', content: '' },
  { path: 'sub/a.dat', content: pointerTo(SMALL) },
  { path: 'sub/a.bin', content: pointerTo(SMALL) },
  { path: 'sub/deep/yes.bin', content: pointerTo(SMALL) },
  { path: 'sub/deep/no.bin', content: pointerTo(SMALL) },
  { path: 'left-out.bin', content: pointerTo(Buffer.from('an object that nobody has')) },
  { path: 'left-out/x.bin', content: pointerTo(Buffer.from('an object that nobody has')) },
  { path: 'stamp.txt', content: 'commit $Format:%H$\n' },
  { path: 'dos.txt', content: 'one\ntwo\n' },
  { path: 'run.sh', content: '#!/bin/sh\n', mode: '100755' },
  { path: 'link', content: 'sub/a.dat', mode: '120000' },
  { path: 'far-link', content: `${LONG}/target`, mode: '120000' },
  { path: 'module', content: 'a'.repeat(40), mode: '160000' },
  { path: 'größe/日本語.txt', content: 'unicode' },
  { path: 'größe/日本語.bin', content: pointerTo(SMALL) },
  { path: `${LONG}.txt`, content: 'long' },
  { path: `${LONG}.bin`, content: pointerTo(SMALL) },
  { path: 'source.txt', content: Buffer.alloc(1_500_000, 'a line of source\n') },
];

let bench: ArchiveBench;
let rich: TestArchive;
beforeAll(async () => {
  bench = await ArchiveBench.open();
  rich = await bench.archive(FILES, [SMALL, MEDIA]);
});
afterAll(() => bench.close());

async function inspected(bytes: Buffer, kind: 'zip' | 'tar'): Promise<Inspected> {
  const path = join(await bench.temporary(), `a.${kind}`);
  await writeFile(path, bytes);
  return kind === 'zip' ? inspectZip(path) : inspectTar(path);
}

describe('an archive', () => {
  it('is the tar of git archive with an LFS filter, but for the labels of pax headers', async () => {
    const [ours, gits] = await Promise.all([rich.bytes('tar'), rich.byGit('tar')]);
    expect(await inspected(ours, 'tar')).toEqual(await inspected(gits, 'tar'));
    expect(ours.length).toBe(gits.length);
    const content = createHash('sha256').update(MEDIA).digest('hex');
    expect((await inspected(ours, 'tar')).entries).toContainEqual(
      expect.objectContaining({ name: 'hub-main/media.bin', sizeBytes: MEDIA.length, sha256: content }),
    );
  });

  it('is the very tar of git archive without LFS', async () => {
    const plain = await bench.archive(FILES.filter(({ path }) => !path.toString().includes('.gitattributes')));
    expect((await plain.bytes('tar')).equals(await plain.byGit('tar'))).toBe(true);
    const withPointers = gunzipSync(await rich.bytes('tar.gz', { lfs: false }));
    expect((await inspected(withPointers, 'tar')).entries).toContainEqual(
      expect.objectContaining({ name: 'hub-main/media.bin', sizeBytes: pointerTo(MEDIA).length }),
    );
  });

  it('holds the same in a tar.gz and in a zip', async () => {
    const tar = await rich.bytes('tar');
    expect(gunzipSync(await rich.bytes('tar.gz')).equals(tar)).toBe(true);

    const zip = await inspected(await rich.bytes('zip'), 'zip');
    const gits = await inspected(await rich.byGit('zip'), 'zip');
    expect(zip.comment).toBe(rich.commit);
    expect(zip.comment).toBe(gits.comment);
    const facts = ({ name, type, sizeBytes, sha256, exactSeconds }: Inspected['entries'][number]): unknown => ({
      name,
      sizeBytes,
      sha256,
      exactSeconds,
      isLink: type === 'symlink',
    });
    expect(zip.entries.map(facts)).toEqual(gits.entries.map(facts));
    expect(zip.entries.find(({ name }) => name === 'hub-main/run.sh')).toMatchObject({
      mode: 0o755,
      exactSeconds: COMMIT_TIME_SECONDS,
      mtimeSeconds: COMMIT_TIME_SECONDS - 1,
    });
    expect(zip.entries.find(({ name }) => name === 'hub-main/media.bin')).toMatchObject({
      mode: 0o644,
      method: 0,
      flags: 0,
    });
  });

  it('unpacks to what git archives, with tar, bsdtar and unzip', async () => {
    const unpacked = async (bytes: Buffer, command: string): Promise<{ tree: string; path: string }> => {
      const path = await bench.temporary();
      await writeFile(join(path, 'in'), bytes);
      await mkdir(join(path, 'out'));
      const script = `umask 022; cd "$1/out" && ${command} ../in && find . -printf '%p %y %m %l\\n' | sort && find . -type f -printf '%p %T@\\n' | sort`;
      const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' };
      return { tree: execFileSync('sh', ['-c', script, 'sh', path], { env }).toString(), path: join(path, 'out') };
    };
    const wanted = await unpacked(await rich.byGit('tar'), 'tar --no-same-permissions -xf');
    expect(wanted.tree).toContain('./hub-main/link l 777 sub/a.dat');
    const zip = await rich.bytes('zip');
    for (const [bytes, command] of [
      [await rich.bytes('tar'), 'tar --no-same-permissions -xf'],
      [await rich.bytes('tar.gz'), 'bsdtar --no-same-permissions -xf'],
      [zip, 'bsdtar --no-same-permissions -xf'],
      [zip, 'unzip -qq'],
    ] as const) {
      const found = await unpacked(bytes, command);
      expect(found.tree).toBe(wanted.tree);
      execFileSync('diff', ['-r', '--no-dereference', found.path, wanted.path]);
    }
  });

  it.each(ARCHIVE_FORMATS)('has the same bytes each time as $name', async ({ name }) => {
    const objects = new LfsObjects([SMALL, MEDIA]);
    objects.chunkBytes = 1000;
    const first = await rich.bytes(name);
    expect((await rich.bytes(name, { resolveLfs: objects.resolve })).equals(first)).toBe(true);
    objects.knowsCrc = false;
    const blind = await rich.bytes(name, { resolveLfs: objects.resolve });
    objects.chunkBytes = 65_536;
    expect((await rich.bytes(name, { resolveLfs: objects.resolve })).equals(blind)).toBe(true);
    expect(blind.equals(first)).toBe(name !== 'zip');
  });

  it('holds LFS content of unknown CRC, too, that a reader without seek finds', async () => {
    const objects = new LfsObjects([SMALL, MEDIA]);
    objects.knowsCrc = false;
    const zip = await rich.bytes('zip', { resolveLfs: objects.resolve });
    const read = (name: string): Buffer =>
      execFileSync('bsdtar', ['-xOf', '-', name], { input: zip, maxBuffer: 10_000_000 });
    expect(read('hub-main/media.bin').equals(MEDIA)).toBe(true);
    expect(read('hub-main/unmarked.txt').toString()).toBe(pointerTo(MEDIA));
    expect((await inspected(zip, 'zip')).entries.length).toBe(
      (await inspected(await rich.byGit('zip'), 'zip')).entries.length,
    );
  });

  it('holds only the paths asked for, under the attributes of the directories above', async () => {
    const paths = ['sub/deep', 'clip.mov'];
    expect(await inspected(await rich.bytes('tar', { paths }), 'tar')).toEqual(
      await inspected(await rich.byGit('tar', ...paths), 'tar'),
    );
    const names = (await inspected(await rich.bytes('zip', { excludePaths: ['sub/deep', 'link'] }), 'zip')).entries.map(
      ({ name }) => name,
    );
    expect(names).toContain('hub-main/far-link');
    expect(names).toContain('hub-main/sub/a.dat');
    expect(names.filter((name) => /deep|\/link/.test(name))).toEqual([]);
  });

  it('of an empty tree holds its top directory', async () => {
    const empty = await bench.archive([]);
    expect((await inspected(await empty.bytes('zip'), 'zip')).entries.map(({ name }) => name)).toEqual(['hub-main/']);
    expect((await empty.bytes('tar')).equals(await empty.byGit('tar'))).toBe(true);
  });

  it('of 70,000 files is a zip that Python and unzip read', async () => {
    const files = Array.from({ length: 70_000 }, (_, i) => ({ path: `d${i % 100}/f${i}`, content: String(i % 100) }));
    const many = await bench.archive(files);
    const path = join(await bench.temporary(), 'many.zip');
    await writeFile(path, await many.bytes('zip'));
    const { entries } = await inspectZip(path, 0);
    expect(entries.length).toBe(70_000 + 100 + 1);
    expect(execFileSync('unzip', ['-p', path, 'hub-main/d99/f69999']).toString()).toBe('99');
  });
});

it('holds an LFS object of more than 4 GiB, and in a zip what comes behind it', async () => {
  const sizeBytes = 4 * 2 ** 30 + 3;
  /** As a sparse file has them. */
  async function* zeros(): AsyncGenerator<Buffer> {
    for (let left = sizeBytes; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left);
  }
  let crc = 0;
  for await (const chunk of zeros()) crc = crc32(chunk, crc);
  const oid = 'ab'.repeat(32);
  const archive = await bench.archive([
    { path: '.gitattributes', content: '*.bin filter=lfs\n' },
    { path: 'huge.bin', content: `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${sizeBytes}\n` },
    { path: 'z.txt', content: 'still here' },
  ]);
  const openObject = async () => Readable.from(zeros(), { objectMode: false, highWaterMark: ZEROS.length });
  const resolveLfs = async () => new Map([[oid, { sizeBytes, crc32: crc, open: openObject }]]);
  const path = join(await bench.temporary(), 'huge.zip');
  await writeSparse(path, await archive.stream('zip', { resolveLfs }));
  const { entries } = await inspectZip(path, 1024);
  expect(entries.find(({ name }) => name === 'hub-main/huge.bin')).toMatchObject({ sizeBytes, method: 0 });
  for (const [program, ...args] of [
    ['unzip', '-p', path, 'hub-main/z.txt'],
    ['bsdtar', '-xOf', path, 'hub-main/z.txt'],
  ] as const)
    expect(execFileSync(program, args).toString()).toBe('still here');
  expect(execFileSync('bsdtar', ['-tvf', path]).toString()).toMatch(new RegExp(` ${sizeBytes} .* hub-main/huge.bin`));
});

const ZEROS = Buffer.alloc(8 * 1024 * 1024);

/** Leaves holes where the archive is zero, so that gigabytes cost no disk. */
async function writeSparse(path: string, source: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'w');
  let at = 0;
  for await (const chunk of source) {
    if (!chunk.equals(ZEROS.subarray(0, chunk.length))) await file.write(chunk, 0, chunk.length, at);
    at += chunk.length;
  }
  await file.truncate(at);
  await file.close();
}

describe('attributes', () => {
  const name = fc.constantFrom('a.bin', 'b.bin', 'c.txt', 'd.txt');
  const directory = fc.constantFrom('', 'x/', 'x/y/', 'z/');
  const line = fc
    .tuple(
      fc.constantFrom('*', '*.bin', '*.txt', 'a.*', '/b.bin', 'x/**', 'x/y', 'y/', 'z', '**/y/*.bin', 'x/y/d.txt'),
      fc.constantFrom(
        'filter=lfs',
        '-filter',
        '!filter',
        'filter',
        'filter=other',
        'big',
        'export-ignore',
        '-export-ignore',
      ),
    )
    .map((parts) => parts.join(' '));
  const attributes = fc.array(line, { maxLength: 4 }).map((lines) => ['[attr]big filter=lfs', ...lines, ''].join('\n'));
  const tree = fc.record({
    attributes: fc.dictionary(fc.constantFrom('', 'x/', 'x/y/', 'z/'), attributes, { maxKeys: 4 }),
    files: fc.uniqueArray(
      fc.tuple(directory, name).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 8 },
    ),
  });

  it('are read as git archive reads them', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async ({ attributes: texts, files }) => {
        const contents = files.map((path) => Buffer.from(`the content of ${path}`));
        const archive = await bench.archive(
          [
            ...Object.entries(texts).map(([at, content]) => ({ path: `${at}.gitattributes`, content })),
            ...files.map((path, index) => ({ path, content: pointerTo(contents[index] as Buffer) })),
          ],
          contents,
        );
        expect((await archive.bytes('tar')).equals(await archive.byGit('tar'))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('and paths may hold any bytes', async () => {
    const content = Buffer.from('content');
    const files: TestFile[] = [
      { path: '.gitattributes', content: '*.bin filter=lfs\n' },
      { path: Buffer.from('ctl\u0001\n"\\\t.bin'), content: pointerTo(content) },
      { path: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('.bin')]), content: pointerTo(content) },
    ];
    const odd = await bench.archive(files, [content]);
    expect((await odd.plan()).lfsFiles.length).toBe(2);
    expect((await odd.bytes('tar')).equals(await odd.byGit('tar'))).toBe(true);
    expect((await inspected(await odd.bytes('zip'), 'zip')).entries.length).toBe(4);
  });

  it('are those of the commit, not of another one', async () => {
    const content = Buffer.from('content');
    const files = [{ path: 'a.bin', content: pointerTo(content) }];
    const archive = await bench.archive([{ path: '.gitattributes', content: '*.bin filter=lfs' }, ...files], [content]);
    expect((await archive.plan()).lfsFiles.length).toBe(1);
    const other = join(await bench.temporary(), 'other.git');
    const commit = await makeRepository(bench.home, other, files);
    expect((await archive.plan({ git: { home: bench.home, path: other }, commit })).lfsFiles).toEqual([]);
  });
});
