import {
  openPrivateCatFile,
  quarantineEnvironment,
  streamGit,
  type CatFile,
  type GitHome,
  type Quarantine,
} from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { GIT_HOME } from '../database/tokens';
import { LfsServersService, MarkedPlaces, type NamedBeyond } from '../lfs';
import { RepositoriesService, type Repository } from '../repositories';
import type { NamedObject, PointerUse } from './incoming/inspection';
import { linesOf } from './new-commits/commit-graph';
import type { RefCommand } from './push.policy';

/** A push, as far as it says where its LFS objects lie. */
export interface DemandingPush {
  opened: { repository: Repository };
  commands: readonly RefCommand[];
  quarantine: Quarantine | null;
  signal?: AbortSignal;
}

interface PushFiles extends DemandingPush {
  repositoryPath: string;
  env?: Record<string, string>;
  objects: CatFile;
}

/** Says of LFS objects that are not here whether they ought to be. */
@Injectable()
export class LfsDemandService {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly servers: LfsServersService,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {}

  /**
   * @returns those of `absent` that a clone would look for here: a pointer names them where `.gitattributes` marks it,
   *   and no `.lfsconfig` sends clients to another server: neither that of the same commit, nor those of all the refs that
   *   shall reach it. One branch that names another server says nothing of what others hold.
   */
  async among(push: DemandingPush, absent: readonly NamedObject[]): Promise<NamedObject[]> {
    if (absent.length === 0) return [];
    const repositoryPath = this.repositories.storage.pathOf(push.opened.repository.id);
    const env = push.quarantine ? quarantineEnvironment(push.quarantine) : undefined;
    const { signal } = push;
    const { catFile: objects, close } = openPrivateCatFile(this.git, { repositoryPath, env, signal });
    try {
      const files = { ...push, repositoryPath, env, objects };
      const marked = await this.marked(files, absent);
      return marked.length === 0 ? [] : await this.kept(files, marked);
    } finally {
      await close();
    }
  }

  /** With those of their uses that are marked. */
  private async marked(push: PushFiles, absent: readonly NamedObject[]): Promise<NamedObject[]> {
    const { repositoryPath, env, objects, signal } = push;
    const places = absent.flatMap((object) => object.uses.map(({ tree, path }) => ({ object, treeish: tree, path })));
    const found = await new MarkedPlaces(this.git, { repositoryPath, env, objects, signal }).among(places);
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
    const servers = this.servers.open(push.opened.repository, push);
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
  private async reached(
    { repositoryPath, env, signal, objects }: PushFiles,
    tips: readonly string[],
    trees: ReadonlySet<string>,
  ): Promise<Set<string>> {
    const found = new Set(tips);
    const commits: string[] = [];
    for (const tip of tips) {
      const [commit, root] = await Promise.all([objects.info(`${tip}^{commit}`), objects.info(`${tip}^{tree}`)]);
      if (commit) commits.push(commit.oid);
      else if (root) found.add(root.oid);
    }
    const args = ['rev-list', '--no-commit-header', '--format=%T', '--stdin', '--not', '--all'];
    const stdin = [...commits, ''].join('\n');
    for await (const tree of linesOf(streamGit(this.git, { repositoryPath, env, signal, args, stdin }))) {
      if (trees.has(tree)) found.add(tree);
    }
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
