import {
  rootTreesBeyondRefs,
  withObjects,
  withQuarantine,
  type OpenedRepository,
  type Quarantine,
} from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import { Injectable } from '@nestjs/common';
import { LfsServersService, MarkedPlaces, type NamedBeyond } from '../lfs';
import { RepositoriesService, type Repository } from '../repositories';
import type { NamedObject, PointerUse } from './incoming/inspection';
import type { RefCommand } from './push.policy';

/** A push, as far as it says where its LFS objects lie. */
export interface DemandingPush {
  opened: { repository: Repository };
  commands: readonly RefCommand[];
  quarantine: Quarantine | null;
  signal?: AbortSignal;
}

interface PushFiles extends DemandingPush {
  git: OpenedRepository;
}

/** Says of LFS objects that are not here whether they ought to be. */
@Injectable()
export class LfsDemandService {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly servers: LfsServersService,
  ) {}

  /**
   * @returns those of `absent` that a clone would look for here: a pointer names them where `.gitattributes` marks it,
   *   and no `.lfsconfig` sends clients to another server: neither that of the same commit, nor those of all the refs that
   *   shall reach it. One branch that names another server says nothing of what others hold.
   */
  async among(push: DemandingPush, absent: readonly NamedObject[]): Promise<NamedObject[]> {
    if (absent.length === 0) return [];
    const git = withQuarantine(this.repositories.open(push.opened.repository, push.signal), push.quarantine);
    return withObjects(git, async (objects) => {
      const files = { ...push, git: { ...git, objects } };
      const marked = await this.marked(files, absent);
      return marked.length === 0 ? [] : this.kept(files, marked);
    });
  }

  /** With those of their uses that are marked. */
  private async marked(push: PushFiles, absent: readonly NamedObject[]): Promise<NamedObject[]> {
    const places = absent.flatMap((object) => object.uses.map(({ tree, path }) => ({ object, treeish: tree, path })));
    const found = await new MarkedPlaces(push.git).among(places);
    const uses = new Map<NamedObject, PointerUse[]>();
    for (const { object, treeish: tree, path } of found) {
      uses.set(object, [...(uses.get(object) ?? []), { tree, path }]);
    }
    return absent.flatMap((object) => {
      const own = uses.get(object);
      if (own) return { ...object, uses: own };
      return object.hasMoreUses ? object : [];
    });
  }

  /** Those that no `.lfsconfig` names as lying elsewhere. */
  private async kept(push: PushFiles, marked: readonly NamedObject[]): Promise<NamedObject[]> {
    const servers = this.servers.open(push.opened.repository, push.git);
    const tips = [...new Set(push.commands.map(({ newOid }) => newOid))].filter((oid) => !isZeroOid(oid));
    const here: string[] = [];
    for (const tip of tips) if (!(await servers.nameAnother(tip))) here.push(tip);
    if (here.length === 0) return [];
    const trees = [...new Set(marked.flatMap(({ uses }) => uses.map(({ tree }) => tree)))];
    const reached = here.length === tips.length ? null : await this.reached(push, here, new Set(trees));
    const looksHere = new Set<string>();
    for (const tree of trees) {
      if ((reached?.has(tree) ?? true) && !(await servers.nameAnother(tree))) looksHere.add(tree);
    }
    return marked.filter(({ uses, hasMoreUses }) => hasMoreUses || uses.some(({ tree }) => looksHere.has(tree)));
  }

  /** Those of `trees` that are the root of a commit which `tips` come to reach and no ref did before, or of a tip. */
  private async reached({ git }: PushFiles, tips: readonly string[], trees: ReadonlySet<string>): Promise<Set<string>> {
    const found = new Set(tips);
    const commits: string[] = [];
    for (const tip of tips) {
      const [commit, root] = await Promise.all([
        git.objects.info(`${tip}^{commit}`),
        git.objects.info(`${tip}^{tree}`),
      ]);
      if (commit) commits.push(commit.oid);
      else if (root) found.add(root.oid);
    }
    for await (const tree of rootTreesBeyondRefs(git, commits)) if (trees.has(tree)) found.add(tree);
    return found;
  }
}

/** What lay here and no ref reached: its pointers are asked for where the refs will show them. */
export function whatWasLeft(left: NamedBeyond, commands: readonly RefCommand[]): Map<string, NamedObject> {
  const tips = commands.map(({ newOid }) => newOid).filter((oid) => !isZeroOid(oid));
  const shown = tips.slice(0, 10);
  return new Map(
    [...left.pointers].map(([oid, { path, sizeBytes }]) => {
      const uses = shown.map((tree) => ({ tree, path }));
      return [oid, { oid, sizeBytes, uses, hasMoreUses: tips.length > shown.length }];
    }),
  );
}
