import { fullName, PurgeRequestsService, RepositoryListsService, type Repository } from '@granary/forge';
import { formatBytes } from '@granary/kernel';
import { UsageError, type Command } from '../command';
import { OPERATOR } from '../operator';
import { openAsOperator, parsePath } from '../repositories';
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

export const purgeRepository: Command = {
  name: 'repo purge',
  usage: 'NAMESPACE/NAME --confirm NAMESPACE/NAME',
  summary:
    'Remove for good what no branch or tag of a repository reaches any more, with large files and archives of it. ' +
    'The hub does it, as soon as the pushes under way have ended; the name is given twice because nothing comes back.',
  arity: 1,
  options: { confirm: { type: 'string' } },
  async run({ args: [name = ''], hub, options }) {
    const path = parsePath(name);
    if (options['confirm'] !== name) {
      throw new UsageError(`nothing of what is purged comes back: add --confirm ${name} if that is what you want`);
    }
    const app = await hub();
    const { repository } = await openAsOperator(app, path);
    const { requestedAt } = await app.get(PurgeRequestsService).request(repository);
    return {
      text: `${fullName(repository)} is purged as soon as the running hub comes to it; its audit log says who asked.\n`,
      json: { full_name: fullName(repository), requested_at: requestedAt?.toISOString() ?? null },
    };
  },
};
