import fc from 'fast-check';
import { linkedPath } from '@granary/wire';
import { openPrivateCatFile } from '../cat-file/private-cat-file';
import { RepositoryBuilder } from '../testing/repository-builder';
import { findEntry } from './find-entries';
import { followLink, realPath } from './links';

it.each([
  ['link', 'src/a.txt', 'src/a.txt'],
  ['docs/link', 'a.txt', 'docs/a.txt'],
  ['docs/link', '../src/./a.txt', 'src/a.txt'],
  ['docs/link', '../docs//a.txt', 'docs/a.txt'],
  ['docs/link', '..', ''],
  ['link', '../a.txt', null],
  ['docs/link', '../../a.txt', null],
  ['link', '/etc/passwd', null],
  ['link', '', null],
])('leads from %s by %j to %j', (path, target, leadsTo) => expect(linkedPath(path, target)).toBe(leadsTo));

it('never leads out of the repository', () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'b');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(part, { maxLength: 8 }), (path, target) => {
      const found = linkedPath([...path.filter((each) => /\w/.test(each)), 'link'].join('/'), target.join('/'));
      expect(found === null || !found.split('/').includes('..')).toBe(true);
      expect(found?.startsWith('/') ?? false).toBe(false);
    }),
  );
});

it('finds what a path through linked directories means, and follows none out of the repository or for ever', async () => {
  const repository = await RepositoryBuilder.create();
  const { home, path: repositoryPath } = repository;
  const { catFile: objects, close } = openPrivateCatFile(home, { repositoryPath });
  try {
    const link = (content: string) => ({ mode: '120000', content });
    const sha = await repository.commit({
      files: {
        'dir/file': 'x',
        'dir/deep/f': 'y',
        ...{ link: link('dir'), 'docs/up': link('../dir/deep'), chain: link('link/deep'), file: link('link/file') },
        ...{ out: link('/etc'), above: link('../..'), lost: link('nowhere'), one: link('two'), two: link('one') },
        ...{ second: link('file'), third: link('docs/../second') },
        module: { mode: '160000', content: '1'.repeat(40) },
      },
    });
    const of = (path: string, isFollowed: boolean) =>
      realPath({ home, path: repositoryPath, objects }, { sha, path, isFollowed });
    for (const [path, real] of [
      ['dir/file', 'dir/file'],
      ['link/file', 'dir/file'],
      ['link/deep/f', 'dir/deep/f'],
      ['docs/up/f', 'dir/deep/f'],
      ['chain/f', 'dir/deep/f'],
      ['link', 'link'],
      ['module', 'module'],
      ...['absent', 'out/passwd', 'above/x', 'one/x', 'link/absent'].map((same) => [same, same]),
    ] as const) {
      expect([path, await of(path, false)]).toEqual([path, real]);
    }
    for (const [path, real] of [
      ['link', 'dir'],
      ['chain', 'dir/deep'],
      ['file', 'dir/file'],
      ...['dir/file', 'out', 'lost', 'one'].map((same) => [same, same]),
    ] as const) {
      expect([path, await of(path, true)]).toEqual([path, real]);
    }
    const behind = async (path: string) => {
      const place = { home, path: repositoryPath, objects };
      return (await followLink(place, { sha, entry: await findEntry(place, { sha, path }) }))?.path ?? null;
    };
    for (const [path, real] of [
      ['link', 'dir'],
      ['chain', 'dir/deep'],
      ['file', 'dir/file'],
      ['third', 'dir/file'],
      ['dir/file', 'dir/file'],
      ...['out', 'above', 'lost', 'one'].map((nowhere) => [nowhere, null]),
    ] as const) {
      expect([path, await behind(path as string)]).toEqual([path, real]);
    }
  } finally {
    await close();
    await repository.remove();
  }
});
