import { parsePatch } from '@granary/wire';
import { readCommitDiff } from './commit-diff';
import { decodePatch } from './patch-text';
import { RepositoryBuilder } from './testing/repository-builder';

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

it.each([
  ['é', '@@ -9 +9 @@ caf\xc3\xa9', '@@ -9 +9 @@ café'],
  ['a character that git cut', `@@ -9 +9 @@ ${'x'.repeat(79)}\xc3`, `@@ -9 +9 @@ ${'x'.repeat(79)}`],
  ['Latin-1', '@@ -9 +9 @@ caf\xe9', '@@ -9 +9 @@ café'],
])('reads the place of a hunk with %s', (_what, header, shown) => {
  const ids = `${'1'.repeat(40)}..${'2'.repeat(40)}`;
  const [file] = parsePatch(`diff --git a/x b/x\nindex ${ids} 100644\n--- a/x\n+++ b/x\n${header}\n-\xe9\n+\xe9!\n`);
  if (!file) throw new Error('no file');
  expect(decodePatch(file).hunks[0]?.header).toBe(shown);
});
