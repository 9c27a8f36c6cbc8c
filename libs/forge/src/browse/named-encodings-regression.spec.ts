import { RepositoryBuilder } from '@granary/git-process/testing';
import { readBlob } from './blob';
import { readCommitDiff } from './commit-diff';
import { readReadme } from './readme';
import { encodingOf, isBinary } from './text-encoding';
import { readTree } from './tree';

const KOI8 = Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4, 0x0a]); // Привет
const CP1251 = Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x0a]);
const JIS = Buffer.from('\u001b$BF|K\\\u001b(B\n', 'latin1'); // 日本
const WIDE = Buffer.from('wide ü\n', 'utf16le');

const ATTRIBUTES = `*.koi encoding=KOI8-R
*.jis text encoding=iso-2022-jp
*.wide encoding=utf-16le
*.work working-tree-encoding=windows-1251
*.wrong encoding=klingon
*.western encoding=windows-1252
README encoding=koi8-r
`;

it('reads a file and its diff in the encoding that .gitattributes name, of the directory nearest to it', async () => {
  const repository = await RepositoryBuilder.create();
  try {
    const before = {
      '.gitattributes': ATTRIBUTES,
      'in/.gitattributes': '*.koi encoding=windows-1251\n',
      ...{ 'a.koi': 'a\n', 'in/a.koi': 'a\n', 'a.jis': 'a\n', 'a.work': 'a\n', 'b.work': 'a\n' },
      ...{ 'a.western': 'a\n', 'a.wrong': 'a\n', 'a.wide': Buffer.from('x\n', 'utf16le'), README: KOI8 },
    };
    const shown: Record<string, [bytes: Buffer, text: string]> = {
      'a.koi': [KOI8, 'Привет'],
      'in/a.koi': [CP1251, 'Привет'],
      'a.jis': [JIS, '日本'],
      'a.wide': [WIDE, 'wide ü'],
      // Git holds UTF-8 where it knows the attribute, and what was there where a tool did not.
      'a.work': [Buffer.from('Привет\n'), 'Привет'],
      'b.work': [CP1251, 'Привет'],
      // It wins over what looks like UTF-8; one that nobody knows says nothing.
      'a.western': [Buffer.from('é\n'), 'Ã©'],
      'a.wrong': [Buffer.from('é\n'), 'é'],
    };
    await repository.commit({ files: before });
    const bytes = Object.fromEntries(Object.entries(shown).map(([path, [content]]) => [path, content]));
    const sha = await repository.commit({ files: bytes });
    const { files } = await readCommitDiff(repository, sha, { offset: 0, limit: 100 });
    for (const [path, [, text]] of Object.entries(shown)) {
      expect([path, (await readBlob(repository, { sha, path })).text]).toEqual([path, `${text}\n`]);
      const lines = files.find(({ newPath }) => newPath === path)?.hunks.flatMap((hunk) => hunk.lines);
      expect([path, lines?.find(({ kind }) => kind === 'add')?.text]).toEqual([path, text]);
    }
    const { entries } = await readTree(repository, { sha, path: '' });
    expect(await readReadme(repository, { sha, entries, limitBytes: 99 })).toMatchObject({ text: 'Привет\n' });
  } finally {
    await repository.remove();
  }
});

it('believes a byte order mark before a name, and a name before its own guess', () => {
  const named = { encoding: 'utf-16le', isOfBlob: true };
  expect(encodingOf(Buffer.from([0xfe, 0xff, 0, 0x61]), { named })).toBe('utf-16be');
  expect([isBinary(WIDE), isBinary(WIDE, { named })]).toEqual([true, false]);
  expect(isBinary(Buffer.from([1, 0, 2]), { named: { encoding: 'koi8-r', isOfBlob: true } })).toBe(true);
  expect(isBinary(WIDE, { named: { ...named, isOfBlob: false } })).toBe(true);
  expect(encodingOf(KOI8, { named: { encoding: 'koi8-r', isOfBlob: false } })).toBe('koi8-r');
  expect(encodingOf(Buffer.from('é'), { named: { encoding: 'koi8-r', isOfBlob: false } })).toBe('utf-8');
});
