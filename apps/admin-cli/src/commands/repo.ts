import { fullName, PurgeRequestsService, PushRulesService, RepositoryListsService } from '@granary/forge';
import { formatBytes } from '@granary/kernel';
import { UsageError, type Command } from '../command';
import { OPERATOR } from '../operator';
import { openAsOperator, parsePath } from '../repositories';
import { table } from '../table';

export const listRepositories: Command = {
  name: 'repo list',
  usage: '',
  summary: 'List the repositories, those pushed last first.',
  arity: 0,
  async run({ hub }) {
    const all = await (await hub()).get(RepositoryListsService).everything(OPERATOR);
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

const CHOICES: Record<string, boolean | null> = { yes: true, no: false, default: null };

export const allowIncompleteLfs: Command = {
  name: 'repo incomplete',
  usage: 'NAMESPACE/NAME [yes|no|default]',
  summary:
    'Print whether a repository lets in history whose LFS objects nobody has any more, or change it. ' +
    'Such objects are shown as missing: on pages, in archives and by granary doctor.',
  arity: { least: 1, most: 2 },
  async run({ args: [name = '', choice], hub }) {
    const path = parsePath(name);
    const setting = choice === undefined ? undefined : CHOICES[choice];
    if (choice !== undefined && setting === undefined)
      throw new UsageError(`"${choice}" is none of yes, no and default`);
    const app = await hub();
    const { repository } = await openAsOperator(app, path);
    const rules = app.get(PushRulesService);
    const { own, effective } =
      setting === undefined
        ? await rules.get(repository.id)
        : await rules.update(repository.id, { allow_incomplete_lfs: setting });
    const answer = effective.allow_incomplete_lfs ? 'lets incomplete LFS history in' : 'refuses incomplete LFS history';
    const source = own.allow_incomplete_lfs === null ? 'the hub’s default' : 'its own push rule';
    return {
      text: `${fullName(repository)} ${answer} (${source}).\n`,
      json: {
        full_name: fullName(repository),
        own: own.allow_incomplete_lfs,
        effective: effective.allow_incomplete_lfs,
      },
    };
  },
};
