import { RepositoryBuilder } from '@granary/git-process/testing';
import { parsePatch } from '@granary/wire';
import { readBlob } from './blob';
import { readCommitDiff } from './commit-diff';
import { decodePatch } from './patch-text';
import { decodeText, encodingOf } from './text-encoding';

/** The file page showed "café", and the diff of the same file "caf\ufffd". */
const latin1 = (text: string) => Buffer.from(text, 'latin1');

it('reads both sides of a change as the file page reads the file', async () => {
  const repository = await RepositoryBuilder.create();
  try {
    const files = {
      latin: [latin1('caf\xe9 cr\xe8me\nzwei \xfcber\n'), latin1('caf\xe9 au lait\nzwei \xfcber\n')],
      moved: [latin1('gr\xfc\xdfe\n'), Buffer.from('grüße\n')],
      quotes: [Buffer.from([0x93, 0x94, 0x0a]), Buffer.from([0x80, 0x0a])],
      utf8: [Buffer.from('日本\n'), Buffer.from('日本語 😀\n')],
      'pf\xe4d': [Buffer.from('a\n'), Buffer.from('ä\n')],
    } as const;
    const side = (index: 0 | 1) => Object.fromEntries(Object.entries(files).map(([path, both]) => [path, both[index]]));
    await repository.commit({ files: side(0) });
    const sha = await repository.commit({ files: side(1) });
    const diff = await readCommitDiff(repository, sha, { offset: 0, limit: 100 });
    const lines = (path: string) =>
      diff.files.find(({ newPath }) => newPath === path)?.hunks.flatMap((hunk) => hunk.lines.map(({ text }) => text));
    expect(Object.keys(files).map(lines)).toEqual([
      ['café crème', 'café au lait', 'zwei über'],
      ['grüße', 'grüße'],
      ['“”', '€'],
      ['日本', '日本語 😀'],
      ['a', 'ä'],
    ]);
  } finally {
    await repository.remove();
  }
});

const CJK = {
  shift_jis: [[0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x0a], '日本語\n'],
  'euc-jp': [[0xa4, 0xb3, 0xa4, 0xf3, 0xa4, 0xcb, 0xa4, 0xc1, 0xc0, 0xa4, 0xb3, 0xa6, 0x0a], 'こんにち世界\n'],
  gb18030: [[0xd6, 0xd0, 0xce, 0xc4, 0xb2, 0xe2, 0xca, 0xd4, 0x0a], '中文测试\n'],
} as const;

it('reads a change as it reads the whole files: what the lines alone do not say, the rest of the file does', async () => {
  const repository = await RepositoryBuilder.create();
  try {
    const long = 'line\n'.repeat(40);
    const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
    const before: Record<string, Buffer | null> = {
      // The line that changes is good UTF-8, too; the one far above is not.
      far: Buffer.concat([latin1('caf\xe9\n'), Buffer.from(`${long}a\n`)]),
      ...{ wide: utf16('one\ntwo\n'), become: Buffer.from('é\nsame\n'), gone: utf16('weg\n'), added: null },
      image: Buffer.from([0x89, 0x50, 0, 0]),
      ...Object.fromEntries(Object.keys(CJK).map((name) => [name, Buffer.from('a\n')])),
    };
    const after: Record<string, Buffer | null> = {
      far: Buffer.concat([latin1('caf\xe9\n'), Buffer.from(`${long}é\n`)]),
      ...{ wide: utf16('one\nthree\nfour\n'), become: utf16('é\nsame\nnew\n'), gone: null, added: utf16('neu\n') },
      image: Buffer.from([0x89, 0x50, 0, 1]),
      ...Object.fromEntries(Object.entries(CJK).map(([name, [bytes]]) => [name, Buffer.from(bytes)])),
    };
    await repository.commit({ files: { ...before, keep: '' } });
    const sha = await repository.commit({ files: after });
    const diff = await readCommitDiff(repository, sha, { offset: 0, limit: 100 });
    const shown = new Map(
      diff.files.map((file) => [
        file.newPath ?? file.oldPath,
        [file.binary, file.hunks.flatMap(({ lines }) => lines.map((line) => `${line.kind} ${line.text}`)).slice(-4)],
      ]),
    );
    expect(shown.get('far')).toEqual([false, ['context line', 'context line', 'delete a', 'add Ã©']]);
    expect(shown.get('wide')).toEqual([false, ['context one', 'delete two', 'add three', 'add four']]);
    expect(shown.get('become')).toEqual([false, ['context é', 'context same', 'add new']]);
    expect(shown.get('gone')).toEqual([false, ['delete weg']]);
    expect(shown.get('added')).toEqual([false, ['add neu']]);
    expect(shown.get('image')).toEqual([true, []]);
    for (const [name, [, text]] of Object.entries(CJK)) {
      expect(shown.get(name)).toEqual([false, ['delete a', `add ${text.trimEnd()}`]]);
      expect((await readBlob(repository, { sha, path: name })).text).toBe(text);
    }
    expect((await readBlob(repository, { sha, path: 'far' })).text).toMatch(/Ã©\n$/);
    expect([diff.additions, diff.deletions]).toEqual([1 + 2 + 1 + 1 + 3, 1 + 1 + 1 + 3]);
  } finally {
    await repository.remove();
  }
});

it.each([
  ['café crème\nzwei über\n', 'latin1'],
  ['élève préféré été', 'latin1'],
  ['\u0092s \u0093it\u0092s\u0094 don\u0092t', 'latin1'],
  ['ÀÉ ÄÖ «citation»', 'latin1'],
  ['½½½½ ££££ \u0085\u0085', 'latin1'],
] as const)('leaves %j Western', (text, encoding) => {
  expect(encodingOf(Buffer.from(text, encoding))).toBe('windows-1252');
});

it.each([
  [
    'こんにちは世界\nテスト 123\n',
    [
      0x82, 0xb1, 0x82, 0xf1, 0x82, 0xc9, 0x82, 0xbf, 0x82, 0xcd, 0x90, 0xa2, 0x8a, 0x45, 0x0a, 0x83, 0x65, 0x83, 0x58,
      0x83, 0x67, 0x20, 0x31, 0x32, 0x33, 0x0a,
    ],
  ],
  ['中文', [0xd6, 0xd0, 0xce, 0xc4]],
])('reads %j as what it is', (text, bytes) => {
  expect(decodeText(Buffer.from(bytes))).toBe(text);
});

it('reads a text that is cut inside a character as the whole', () => {
  for (const [bytes, text] of Object.values(CJK)) {
    expect(decodeText(Buffer.from(bytes.slice(0, -2)), { isCut: true })).toBe(text.slice(0, -2));
  }
  expect(decodeText(Buffer.from('größe').subarray(0, 3), { isCut: true })).toBe('gr');
});

it.each([
  ['é', '@@ -9 +9 @@ caf\xc3\xa9', '@@ -9 +9 @@ café'],
  ['a character that git cut', `@@ -9 +9 @@ ${'x'.repeat(79)}\xc3`, `@@ -9 +9 @@ ${'x'.repeat(79)}`],
  ['Latin-1', '@@ -9 +9 @@ caf\xe9', '@@ -9 +9 @@ café'],
])('reads the place of a hunk with %s', (_what, header, shown) => {
  const ids = `${'1'.repeat(40)}..${'2'.repeat(40)}`;
  const [file] = parsePatch(`diff --git a/x b/x\nindex ${ids} 100644\n--- a/x\n+++ b/x\n${header}\n-\xe9\n+\xe9!\n`);
  if (!file) throw new Error('no file');
  expect(decodePatch(file, { before: null, after: null }).hunks[0]?.header).toBe(shown);
});
