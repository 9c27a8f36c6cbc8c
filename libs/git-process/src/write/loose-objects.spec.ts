import { RepositoryBuilder } from '../testing/repository-builder';
import { commitTree, writeObject, writeTree } from './loose-objects';

it.each(['sha1', 'sha256'] as const)(
  'writes a file, its directory and a commit of it into a %s repository',
  async (objectFormat) => {
    const repository = await RepositoryBuilder.create({ objectFormat });
    try {
      const blob = await writeObject(repository, 'blob', 'text\n');
      const tree = await writeTree(repository, [{ mode: '100644', type: 'blob', oid: blob, name: 'ünï code' }]);
      const author = { name: 'Ada <x>', email: 'ada@example.com', date: new Date(1_700_000_000_900) };
      const committer = { name: 'Hub', email: 'hub@example.com', date: new Date(1_700_000_001_000) };
      const commit = await commitTree(repository, { tree, message: 'First\n', author, committer });
      expect(await repository.git(['cat-file', 'commit', commit])).toBe(
        [
          `tree ${tree}`,
          'author Ada x <ada@example.com> 1700000000 +0000',
          'committer Hub <hub@example.com> 1700000001 +0000',
          '',
          'First',
        ].join('\n'),
      );
      expect(await repository.git(['show', `${commit}:ünï code`])).toBe('text');
      expect(await repository.git(['fsck', '--strict', '--no-dangling'])).toBe('');
      expect(await writeTree(repository, [])).toBe(await repository.git(['mktree'], ''));
    } finally {
      await repository.remove();
    }
  },
);
