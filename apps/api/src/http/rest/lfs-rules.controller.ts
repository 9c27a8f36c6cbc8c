import { routes, type LfsRules, type SetLfsRules } from '@granary/api-contract';
import { adviseLfs, PushRulesService, readLargeFiles, RepositoriesService, type OpenRepository } from '@granary/forge';
import { resolveHead } from '@granary/git-process';
import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { BodyOf, Route } from '../route';
import { clientGone } from '../transfer/client-gone';

/** What counts as large where the rules do not say. */
const LARGE_FROM_BYTES = 1024 ** 2;

/** What must be in LFS: a part of the push rules, with what would make git-lfs follow it. */
@Controller()
@Surface('rest')
export class LfsRulesController {
  constructor(
    private readonly rules: PushRulesService,
    private readonly repositories: RepositoriesService,
  ) {}

  @Route(routes.getLfsRules)
  @InRepository('write')
  async get(@Opened() opened: OpenRepository, @Res({ passthrough: true }) response: Response): Promise<LfsRules> {
    return this.present(opened, clientGone(response));
  }

  @Route(routes.setLfsRules)
  @InRepository('admin')
  async set(
    @Opened() opened: OpenRepository,
    @BodyOf(routes.setLfsRules) body: SetLfsRules,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LfsRules> {
    await this.rules.update(opened.repository.id, body);
    return this.present(opened, clientGone(response));
  }

  private async present({ repository }: OpenRepository, signal: AbortSignal): Promise<LfsRules> {
    const { own, effective } = await this.rules.get(repository.id);
    const { lfs_required_size_bytes: limit, lfs_required_patterns: patterns } = effective;
    const bare = this.repositories.open(repository, signal);
    const head = await resolveHead(bare);
    const overBytes = limit ?? LARGE_FROM_BYTES;
    const found = head
      ? await readLargeFiles(bare, { sha: head.sha, overBytes })
      : { files: [], tracked: new Set<string>(), isComplete: true };
    const advice = adviseLfs(patterns, found);
    return {
      lfs_required_size_bytes: limit,
      lfs_required_patterns: patterns,
      own: {
        lfs_required_size_bytes: own.lfs_required_size_bytes,
        lfs_required_patterns: own.lfs_required_patterns,
      },
      suggested_gitattributes: advice.gitattributes,
      large_files: advice.largeFiles,
      large_from_bytes: overBytes,
      inexpressible_patterns: advice.inexpressible,
      commands: advice.commands,
      rewrite_command: advice.rewriteCommand,
      complete: found.isComplete,
    };
  }
}
