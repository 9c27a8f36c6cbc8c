import type { LfsPlace } from '@granary/api-contract';
import {
  LfsObjectsService,
  LfsServersService,
  type OpenRepository,
  type PointerFacts,
  type Repository,
} from '@granary/forge';
import { Injectable } from '@nestjs/common';

/** What is known of the objects that the pointers of one commit name. */
export interface LfsFacts {
  linkedOids: ReadonlySet<string>;
  /** Where clients look for those that are not linked; null: here. */
  elsewhere: LfsPlace | null;
}

/** Pointers, and the commit that they are shown at, or a tree. */
interface ShownPointers {
  pointers: readonly PointerFacts[];
  sha: string;
  signal?: AbortSignal;
}

/** Says of pointers whether their objects are here, and where clients look for them otherwise. */
@Injectable()
export class LfsStates {
  constructor(
    private readonly objects: LfsObjectsService,
    private readonly servers: LfsServersService,
  ) {}

  /**
   * One query, whatever their number; `.lfsconfig` is read only where an object is not here.
   *
   * @param shown.sha the commit that they are shown at, or a tree.
   */
  async of(
    { repository }: OpenRepository,
    pointers: readonly PointerFacts[],
    shown: { sha: string; signal?: AbortSignal },
  ): Promise<LfsFacts> {
    return this.factsOf(repository, await this.linked(repository, pointers), { pointers, ...shown });
  }

  /** As {@link of}, of two commits: one query for both. */
  async ofBoth(
    { repository }: OpenRepository,
    { before, after }: Record<'before' | 'after', ShownPointers>,
  ): Promise<{ before: LfsFacts; after: LfsFacts }> {
    const linkedOids = await this.linked(repository, [...before.pointers, ...after.pointers]);
    const factsOf = (shown: ShownPointers) => this.factsOf(repository, linkedOids, shown);
    const [former, latter] = await Promise.all([factsOf(before), factsOf(after)]);
    return { before: former, after: latter };
  }

  private async linked({ id }: Repository, pointers: readonly PointerFacts[]): Promise<Set<string>> {
    const oids = pointers.map(({ oid }) => oid);
    return new Set((await this.objects.linked(id, oids)).keys());
  }

  private async factsOf(
    repository: Repository,
    linkedOids: Set<string>,
    { pointers, ...shown }: ShownPointers,
  ): Promise<LfsFacts> {
    const isWhole = pointers.every((pointer) => isPresent(pointer, { linkedOids }));
    return { linkedOids, elsewhere: isWhole ? null : await this.elsewhere(repository, shown) };
  }

  /** Where clients look for what is not here; null: here. */
  elsewhere(repository: Repository, { sha, signal }: { sha: string; signal?: AbortSignal }): Promise<LfsPlace | null> {
    return this.servers.within(repository, signal).downloadsOf(sha);
  }
}

/** One of size 0 stands for an empty file, for which nobody keeps an object. */
export function isPresent({ oid, sizeBytes }: PointerFacts, { linkedOids }: Pick<LfsFacts, 'linkedOids'>): boolean {
  return sizeBytes === 0 || linkedOids.has(oid);
}

/** As answers have it. */
export function stateOf(pointer: PointerFacts, facts: LfsFacts): { present: boolean; elsewhere: LfsPlace | null } {
  const present = isPresent(pointer, facts);
  return { present, elsewhere: present ? null : facts.elsewhere };
}
