import { fullName, RepositoryListsService, type Repository } from '@granary/forge';
import { formatBytes } from '@granary/kernel';
import type { Command } from '../command';
import { OPERATOR } from '../operator';
import { table } from '../table';

const PAGE = 500;

export const listRepositories: Command = {
  name: 'repo list',
  usage: '',
  summary: 'List the repositories, those pushed last first.',
  arity: 0,
  async run({ hub }) {
    const lists = (await hub()).get(RepositoryListsService);
    const all: Repository[] = [];
    for (let total = 1; all.length < total;) {
      const page = await lists.explore(OPERATOR, '', { limit: PAGE, offset: all.length });
      all.push(...page.repositories);
      total = page.repositories.length === 0 ? all.length : page.total;
    }
    const rows = all.map((repository) => [
      fullName(repository),
      repository.visibility,
      formatBytes(repository.gitSizeBytes),
      formatBytes(repository.lfsSizeBytes),
      repository.pushedAt?.toISOString() ?? 'never',
    ]);
    return {
      text: table(['REPOSITORY', 'VISIBILITY', 'GIT', 'LFS', 'PUSHED'], rows),
      json: all.map((repository) => ({
        id: repository.id,
        full_name: fullName(repository),
        visibility: repository.visibility,
        default_branch: repository.defaultBranch,
        git_size_bytes: repository.gitSizeBytes,
        lfs_size_bytes: repository.lfsSizeBytes,
        lfs_object_count: repository.lfsObjectCount,
        pushed_at: repository.pushedAt?.toISOString() ?? null,
      })),
    };
  },
};
