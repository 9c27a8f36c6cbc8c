import { listRefs, quarantineEnvironment, withQuarantine, type GitHome, type Quarantine } from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { FORGE_OPTIONS, GIT_HOME } from '../database/tokens';
import { userIdOf, type Actor } from '../identity/actor';
import { LfsLocksService, LfsTrashService, namedBeyondRefs, type MissingObject, type NamedBeyond } from '../lfs';
import type { ForgeOptions } from '../options';
import { ProtectionsService, protectionsOf, PushRulesService, type ProtectionFacts } from '../protection';
import { CatFilesService, RepositoriesService, type OpenRepository } from '../repositories';
import { inspectPush, standsOnItsRef, type InspectedPush, type InspectionTools } from './incoming/inspect-push';
import { PathCounter } from './incoming/path-counter';
import type { NamedObject } from './incoming/inspection';
import { contentRefusals, contentWarnings, incompleteText, missingObjectsText } from './incoming/refusal-texts';
import { LfsDemandService, whatWasLeft } from './lfs-demand.service';
import { RefHistory } from './ref-history';
import { actionOf, isUntaken, judgeRefs, tooManyRefs, type RefCommand } from './push.policy';

/** Refs that shall move, with the objects that come along. */
export interface ProposedPush {
  actor: Actor;
  opened: Pick<OpenRepository, 'repository' | 'role'>;
  commands: readonly RefCommand[];
  /** With those that git refuses by itself; the commands where left out. */
  announced?: readonly RefCommand[];
  /** Null when the objects are in the repository already. */
  quarantine: Quarantine | null;
  signal?: AbortSignal;
}

export interface Judgement {
  /** Empty: all refs may move. Each says what to do. */
  refusals: string[];
  /** Those refusals that are of one ref, by it. */
  refused: ReadonlyMap<string, string>;
  /** Whether nothing of the push may come in: what it holds is refused, not only where it shall stand. */
  isWholeRefused: boolean;
  /** Shown to the pusher, who is let in all the same. */
  warnings: string[];
  /** Refs that were seen to lose no commit; nobody looked at the others. */
  fastForwards: ReadonlySet<string>;
  /** LFS objects that the refs come to name and the hub does not have. Not empty with no refusal: they are let in so. */
  missing: readonly NamedObject[];
}

/** As it is remembered and shown. */
export function missingObject({ oid, sizeBytes, uses }: NamedObject): MissingObject {
  return { oid, sizeBytes, path: uses[0]?.path ?? '' };
}

const NOTHING = {
  refused: new Map<string, string>(),
  isWholeRefused: true,
  warnings: [],
  fastForwards: new Set<string>(),
  missing: [],
};

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
    private readonly demands: LfsDemandService,
    catFiles: CatFilesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {
    this.tools = { git, catFiles, paths: new PathCounter() };
  }

  async judge(push: ProposedPush): Promise<Judgement> {
    const { announced = push.commands } = push;
    const crowd = tooManyRefs(announced.length, this.options.maxPushRefs);
    if (crowd !== null) return { ...NOTHING, refusals: [crowd] };
    const { id: repositoryId, defaultBranch } = push.opened.repository;
    const repositoryPath = this.repositories.storage.pathOf(repositoryId);
    const untaken = new Set(push.commands.filter(isUntaken).map(({ ref }) => ref));
    const taken = { ...push, commands: push.commands.filter(({ ref }) => !untaken.has(ref)) };
    const [rules, protections, locks] = await Promise.all([
      this.rules.get(repositoryId),
      this.protections.list(repositoryId),
      this.locks.heldByOthers(repositoryId, userIdOf(push.actor)),
    ]);
    const [existingRefs, inspected] = await Promise.all([
      this.existingRefs(repositoryPath, push),
      inspectPush(this.tools, {
        ...push,
        untaken,
        repositoryPath,
        defaultBranch,
        rules: rules.effective,
        locks,
      }),
    ]);
    const repository = this.repositories.open(push.opened.repository, push.signal);
    const seen = withQuarantine(repository, push.quarantine);
    const history = new RefHistory(seen, { commands: push.commands, bases: inspected.bases });
    const facts = {
      defaultBranch,
      existingRefs,
      protections,
      pusher: { userId: userIdOf(push.actor), role: push.opened.role },
      forced: await history.forcedAmong(push.commands.filter(({ ref }) => protectionsOf(ref, protections).length > 0)),
    };
    const left = await this.namedByWhatWasLeft(taken, repositoryPath, inspected.boundary);
    const missing = await this.absentObjects(taken, inspected, left);
    const { inspection, unacceptable } = inspected;
    const isIncomplete = missing.length > 0 && rules.effective.allow_incomplete_lfs;
    const bent = await this.bentHistories(push, protections, history);
    const refused = new Map([...bent, ...judgeRefs(announced, facts)]);
    const refusals = [
      ...(unacceptable === null ? [] : [unacceptable]),
      ...contentRefusals(inspection),
      ...(missing.length > 0 && !isIncomplete ? [missingObjectsText(missing).join('\n')] : []),
    ];
    const fastForwards = new Set(
      push.commands.filter((command) => history.isFastForward(command)).map(({ ref }) => ref),
    );
    const warnings = [...contentWarnings(inspection), ...(isIncomplete ? [incompleteText(missing).join('\n')] : [])];
    return {
      refusals: [...refused.values(), ...refusals],
      refused,
      isWholeRefused: refusals.length > 0,
      ...{ warnings, fastForwards, missing },
    };
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
  ): Promise<Map<string, string>> {
    const refusals = new Map<string, string>();
    for (const command of push.commands) {
      const isLinear = protectionsOf(command.ref, protections).some((protection) => protection.requireLinearHistory);
      if (!isLinear || isZeroOid(command.newOid) || !(await history.hasMerge(command))) continue;
      refusals.set(
        command.ref,
        `${command.ref.replace(/^refs\/(heads|tags)\//, '')} takes no merge commits: its history must be a line. Rebase, then push again: git pull --rebase`,
      );
    }
    return refusals;
  }

  /**
   * What is there, and no ref reaches, comes without being sent, and without its files being looked at: commits of a
   * branch that was deleted, contents of an old version. Their LFS objects may be in the trash, on the way there, or
   * gone. Most pushes stand on nothing but the old commit of their ref, which is seen without asking git.
   */
  private async namedByWhatWasLeft(
    { quarantine, commands, signal }: ProposedPush,
    repositoryPath: string,
    boundary: ReadonlySet<string> | null,
  ): Promise<NamedBeyond> {
    if (standsOnItsRef(boundary, commands)) return { oids: new Set(), pointers: new Map() };
    const env = quarantine ? quarantineEnvironment(quarantine) : undefined;
    const newOids = commands.map(({ newOid }) => newOid);
    return namedBeyondRefs(this.git, newOids, { repositoryPath, env, boundary, signal });
  }

  /** What is held here is safe from every collection until the refs have moved. */
  private async absentObjects(
    push: ProposedPush,
    { inspection }: InspectedPush,
    left: NamedBeyond,
  ): Promise<NamedObject[]> {
    const pointers = new Map([...whatWasLeft(left, push.commands), ...inspection.pointers]);
    const named = new Set([...left.oids, ...pointers.keys()]);
    const held = await this.lfs.hold(push.opened.repository, [...named], push.actor);
    const absent = [...pointers.values()].filter(({ oid }) => !held.has(oid));
    return this.demands.among(push, absent);
  }
}
