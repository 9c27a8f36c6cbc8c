import type { RefsPage, RepositoryFrame } from '@granary/api-contract';
import {
  AccountsService,
  judgeProtected,
  LfsLocksService,
  protectionsOf,
  ProtectionsService,
  RepositoriesService,
  roleAtLeast,
  SignaturesService,
  userIdOf,
  type Actor,
  type OpenRepository,
  type PointerFacts,
  type Verification,
} from '@granary/forge';
import {
  KnownAnswers,
  readRefLists,
  type GitRepository,
  type RefEntry,
  type RefLists,
  type ResolvedAt,
} from '@granary/git-process';
import type { LogRecord } from '@granary/wire';
import { Injectable } from '@nestjs/common';
import { BlobBodies } from '../blob-bodies';
import { LfsStates } from '../lfs-states';
import { OutsideAddresses } from '../outside';
import { presentRef, type BrowseFacts } from '../presenters/browse.presenter';
import { presentRepository } from '../presenters/repository.presenter';
import { presentVerdict } from '../presenters/verification.presenter';

const MAX_REFS = 1000;
/** All, for the pages that list them. */
const EVERY_REF = 1_000_000;

/** What a page shows, as far as only the product knows of it. */
interface Shown {
  commits?: readonly (LogRecord | null)[];
  at?: ResolvedAt;
  /** These two stand at `at`. */
  paths?: string[];
  pointers?: readonly (PointerFacts | null)[];
  signal?: AbortSignal;
}

/** What the page models of a repository have in common. */
@Injectable()
export class BrowseReader {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly accounts: AccountsService,
    private readonly lfs: LfsStates,
    private readonly locks: LfsLocksService,
    private readonly signatures: SignaturesService,
    private readonly protections: ProtectionsService,
    private readonly outside: OutsideAddresses,
    private readonly blobs: BlobBodies,
    private readonly known: KnownAnswers,
  ) {}

  bare({ repository }: OpenRepository, signal: AbortSignal): GitRepository {
    const bare = this.repositories.open(repository, signal);
    return { ...bare, blobs: this.blobs.of(bare.path, signal), known: this.known };
  }

  async frame(opened: OpenRepository, bare: GitRepository): Promise<RepositoryFrame> {
    return this.frameOf(opened, await this.refs(bare));
  }

  refs(bare: GitRepository): Promise<RefLists> {
    return readRefLists(bare, { limit: MAX_REFS });
  }

  everyRef(bare: GitRepository): Promise<RefLists> {
    return readRefLists(bare, { limit: EVERY_REF });
  }

  frameOf(opened: OpenRepository, refs: RefLists): RepositoryFrame {
    return {
      repository: presentRepository(opened.repository, opened.role, this.outside),
      branches: refs.branches.slice(0, MAX_REFS).map(presentRef),
      tags: refs.tags.slice(0, MAX_REFS).map(presentRef),
      branch_count: refs.branchCount,
      tag_count: refs.tagCount,
    };
  }

  /** What the hub says of the signatures of commits, by id, for the committers that are shown. */
  verifications(bare: GitRepository, commits: LogRecord[]): Promise<Map<string, Verification>> {
    return this.signatures.ofCommits(
      bare.path,
      commits.map(({ sha, committer }) => ({ sha, email: committer.email })),
    );
  }

  /** With what protects each and what the hub says of a tag's signature: for as many as a page shows. */
  async judgedRefs(
    { opened, bare, actor }: { opened: OpenRepository; bare: GitRepository; actor: Actor },
    refs: readonly RefEntry[],
  ): Promise<RefsPage['refs']> {
    const pusher = { userId: userIdOf(actor), role: opened.role };
    const mayPush = roleAtLeast(opened.role, 'write');
    const isDefault = ({ kind, name }: RefEntry) => kind === 'branch' && name === opened.repository.defaultBranch;
    const oids = refs.flatMap(({ tagOid }) => tagOid ?? []);
    const [protections, tags] = await Promise.all([
      this.protections.list(opened.repository.id),
      this.signatures.ofTags(bare.path, oids),
    ]);
    return refs.map((ref) => ({
      ...presentRef(ref),
      protected: protectionsOf(ref.fullName, protections).length > 0,
      deletable:
        mayPush &&
        !isDefault(ref) &&
        judgeProtected({ ref: ref.fullName, action: 'delete', forced: false }, pusher, protections) === null,
      signature: presentVerdict(tags.get(ref.tagOid ?? '')?.verification, this.outside.baseUrl),
    }));
  }

  /** Whether a commit of the actor's on the branch that is shown would be taken as far as this file goes. */
  async mayCommit(
    { opened, actor, at }: { opened: OpenRepository; actor: Actor; at: ResolvedAt },
    facts: BrowseFacts,
  ): Promise<boolean> {
    const userId = userIdOf(actor);
    if (at.kind !== 'branch' || !roleAtLeast(opened.role, 'write')) return false;
    const lock = facts.locks.get(at.path);
    if (lock && lock.ownerUserId !== userId) return false;
    const change = { ref: `refs/heads/${at.ref}`, action: 'update', forced: false } as const;
    const protections = await this.protections.list(opened.repository.id);
    return judgeProtected(change, { userId, role: opened.role }, protections) === null;
  }

  /** One query for all people, one for all LFS objects, one for all locks. */
  async facts(opened: OpenRepository, shown: Shown): Promise<BrowseFacts> {
    const emails = (shown.commits ?? []).flatMap((commit) =>
      commit ? [commit.author.email, commit.committer.email] : [],
    );
    const pointers = (shown.pointers ?? []).flatMap((pointer) => pointer ?? []);
    // A lock says who may push to a branch; what a tag or a commit holds is past changing.
    const lockable = shown.at?.kind === 'branch' ? (shown.paths ?? []) : [];
    const [usersByEmail, lfs, locks] = await Promise.all([
      this.accounts.byEmails(emails),
      this.lfs.of(opened, pointers, { sha: shown.at?.sha ?? '', signal: shown.signal }),
      this.locks.onPaths(opened.repository.id, lockable),
    ]);
    return { usersByEmail, lfs, locks, baseUrl: this.outside.baseUrl };
  }
}
