import type { LfsNaming } from '@granary/api-contract';
import { presentObjects, smallBlobs, type GitHome } from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { GIT_HOME } from '../../database/tokens';
import { RefLogService, type LoggedTip } from '../../ref-log';
import { RepositoriesService, type Repository } from '../../repositories';
import { NAMING_BLOB_LIMIT_BYTES, namedOids } from './named-oids';
import type { Tips } from './reachable-tips.service';

/** Each is a walk of its own. */
const MAX_TIPS = 50;
const MAX_LOGGED = 2000;

/** Finds where objects were named last that nothing names any more: in what pushes left behind and git still has. */
@Injectable()
export class LastNamedService {
  constructor(
    private readonly refLog: RefLogService,
    private readonly repositories: RepositoriesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {}

  /** @returns by LFS oid; the latest push first. What git has pruned is not found. */
  async find(
    repository: Repository,
    oids: readonly string[],
    { tips, signal }: { tips: Tips; signal?: AbortSignal },
  ): Promise<Map<string, LfsNaming>> {
    const found = new Map<string, LfsNaming>();
    const wanted = new Set(oids);
    const except = [...tips.refs, ...tips.pushed];
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    for (const tip of wanted.size > 0 ? await this.leftTips(repository, signal) : []) {
      const options = { repositoryPath, limitBytes: NAMING_BLOB_LIMIT_BYTES, mayMiss: true, withPaths: true } as const;
      for await (const blob of smallBlobs(this.git, { ...options, tips: [tip.oid], except, priority: 'low', signal })) {
        for (const oid of namedOids(blob.content)) if (wanted.delete(oid)) found.set(oid, namingOf(tip, blob.path));
        if (wanted.size === 0) return found;
      }
      except.push(tip.oid);
    }
    return found;
  }

  /** What refs held before or after pushes, the latest first, as far as git has it. */
  private async leftTips(repository: Repository, signal?: AbortSignal): Promise<LoggedTip[]> {
    const rows = await this.refLog.tips(repository.id, { limit: MAX_LOGGED });
    const oids = [...new Set(rows.map(({ oid }) => oid))].filter((oid) => !isZeroOid(oid));
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    const there = new Set(await presentObjects(this.git, repositoryPath, { oids, signal }));
    return rows.filter(({ oid }) => there.has(oid)).slice(0, MAX_TIPS);
  }
}

function namingOf({ ref, oid, pushedAt }: LoggedTip, path: string): LfsNaming {
  return { ref, commit: oid, path: Buffer.from(path, 'latin1').toString('utf8'), pushed_at: pushedAt.toISOString() };
}
