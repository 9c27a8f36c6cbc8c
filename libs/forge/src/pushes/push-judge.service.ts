import { listRefs, quarantineEnvironment, type GitHome, type Quarantine } from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { GIT_HOME } from '../database/tokens';
import { userIdOf, type Actor } from '../identity/actor';
import { LfsLocksService, LfsTrashService, namedBeyondRefs } from '../lfs';
import { ProtectionsService, protectionsOf, PushRulesService, type ProtectionFacts } from '../protection';
import { CatFilesService, RepositoriesService, type OpenRepository } from '../repositories';
import { inspectPush, type InspectedPush, type InspectionTools } from './incoming/inspect-push';
import { PathCounter } from './incoming/path-counter';
import { contentRefusals, contentWarnings, missingObjectsText } from './incoming/refusal-texts';
import { RefHistory } from './ref-history';
import { actionOf, judgeCommands, type RefCommand } from './push.policy';

/** Refs that shall move, with the objects that come along. */
export interface ProposedPush {
  actor: Actor;
  opened: Pick<OpenRepository, 'repository' | 'role'>;
  commands: readonly RefCommand[];
  /** Null when the objects are in the repository already. */
  quarantine: Quarantine | null;
  signal?: AbortSignal;
}

export interface Judgement {
  /** Empty: the refs may move. Each says what to do. */
  refusals: string[];
  /** Shown to the pusher, who is let in all the same. */
  warnings: string[];
  /** Refs that were seen to lose no commit; nobody looked at the others. */
  fastForwards: ReadonlySet<string>;
}

/** The one judge of every way in which refs move: HTTP, SSH, the API, the web. All reasons are found, not only the first. */
@Injectable()
export class PushJudge {
  private readonly tools: InspectionTools;

  constructor(
    private readonly repositories: RepositoriesService,
    private readonly protections: ProtectionsService,
    private readonly rules: PushRulesService,
    private readonly locks: LfsLocksService,
    private readonly lfs: LfsTrashService,
    catFiles: CatFilesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {
    this.tools = { git, catFiles, paths: new PathCounter() };
  }

  async judge(push: ProposedPush): Promise<Judgement> {
    const { id: repositoryId, defaultBranch } = push.opened.repository;
    const repositoryPath = this.repositories.storage.pathOf(repositoryId);
    const [rules, protections, locks] = await Promise.all([
      this.rules.get(repositoryId),
      this.protections.list(repositoryId),
      this.locks.heldByOthers(repositoryId, userIdOf(push.actor)),
    ]);
    const [existingRefs, inspected] = await Promise.all([
      this.existingRefs(repositoryPath, push),
      inspectPush(this.tools, { ...push, repositoryPath, defaultBranch, rules: rules.effective, locks }),
    ]);
    const history = new RefHistory(this.git, { ...push, repositoryPath, bases: inspected.bases });
    const facts = {
      defaultBranch,
      existingRefs,
      protections,
      pusher: { userId: userIdOf(push.actor), role: push.opened.role },
      forced: await history.forcedAmong(push.commands.filter(({ ref }) => protectionsOf(ref, protections).length > 0)),
    };
    await this.holdWhatWasLeft(push, repositoryPath);
    const refusals = [
      ...judgeCommands(push.commands, facts),
      ...(await this.bentHistories(push, protections, history)),
      ...(await this.contentRefusals(push, inspected)),
    ];
    const fastForwards = new Set(
      push.commands.filter((command) => history.isFastForward(command)).map(({ ref }) => ref),
    );
    return { refusals, warnings: contentWarnings(inspected.inspection), fastForwards };
  }

  /** Only a new name can be the twin of another. */
  private async existingRefs(repositoryPath: string, { commands, signal }: ProposedPush): Promise<string[]> {
    if (!commands.some((command) => actionOf(command) === 'create')) return [];
    return (await listRefs(this.git, repositoryPath, { signal })).map(({ name }) => name);
  }

  private async bentHistories(
    push: ProposedPush,
    protections: readonly ProtectionFacts[],
    history: RefHistory,
  ): Promise<string[]> {
    const refusals: string[] = [];
    for (const command of push.commands) {
      const isLinear = protectionsOf(command.ref, protections).some((protection) => protection.requireLinearHistory);
      if (!isLinear || isZeroOid(command.newOid) || !(await history.hasMerge(command))) continue;
      refusals.push(
        `${command.ref.replace(/^refs\/(heads|tags)\//, '')} takes no merge commits: its history must be a line. Rebase, then push again: git pull --rebase`,
      );
    }
    return refusals;
  }

  /**
   * Commits that are there, and that no ref reaches, come without their files being looked at. Their LFS objects may be
   * in the trash, or on the way there. A push rarely stands on such commits: it is asked only where there is a trash.
   */
  private async holdWhatWasLeft(push: ProposedPush, repositoryPath: string): Promise<void> {
    const { opened, quarantine, commands, signal } = push;
    if (quarantine && (await this.lfs.isEmpty(opened.repository.id))) return;
    const env = quarantine ? quarantineEnvironment(quarantine) : undefined;
    const newOids = commands.map(({ newOid }) => newOid);
    const named = await namedBeyondRefs(this.git, newOids, { repositoryPath, env, signal });
    await this.lfs.hold(opened.repository, [...named]);
  }

  private async contentRefusals(push: ProposedPush, { inspection, unacceptable }: InspectedPush): Promise<string[]> {
    const pointers = [...inspection.pointers].map(([oid, path]) => ({ oid, path }));
    const held = await this.lfs.hold(
      push.opened.repository,
      pointers.map(({ oid }) => oid),
    );
    const missing = pointers.filter(({ oid }) => !held.has(oid));
    return [
      ...(unacceptable === null ? [] : [unacceptable]),
      ...contentRefusals(inspection),
      ...(missing.length > 0 ? [missingObjectsText(missing).join('\n')] : []),
    ];
  }
}
