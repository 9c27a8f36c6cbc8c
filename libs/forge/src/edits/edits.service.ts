import {
  blobIdOf,
  branchNamed,
  checkTreePath,
  editTree,
  formatCommit,
  listRefs,
  newObject,
  quarantineObjects,
  readObjectFormat,
  resolveName,
  type GitHome,
  type NewObject,
  type ObjectFormat,
  type PathChange,
  type Person,
} from '@granary/git-process';
import { DomainError, formatBytes, invalidField, Semaphore, type Clock } from '@granary/kernel';
import { checkRefName, formatPointer, zeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, GIT_HOME } from '../database/tokens';
import { AccountsService } from '../identity/accounts.service';
import type { UserActor } from '../identity/actor';
import { PushRulesService } from '../protection';
import { authorOf, RefMovesService } from '../pushes';
import {
  CatFilesService,
  RepositoriesService,
  RepositoryAccessService,
  repositoryNotFound,
  type OpenRepository,
  type Repository,
} from '../repositories';
import type { Change, Content } from './change';

/** Where a commit shall stand. */
export interface EditPlace {
  /** Short name. */
  branch: string;
  /** Null: it is the first commit of an empty repository. */
  parentOid: string | null;
  /** The branch is made, and begins at the parent. */
  isNewBranch: boolean;
}

export interface Edit {
  place: EditPlace;
  message: string;
  changes: readonly Change[];
  /** The user, where they are left out. */
  author?: Person;
  committer?: Person;
  signal?: AbortSignal;
}

export interface EditMade {
  commitOid: string;
  /** The blobs that were written, by path. */
  blobs: Map<string, { oid: string; sizeBytes: number }>;
}

const MAX_CHANGES = 1000;
const MAX_TREE_BYTES = 64 * 1024 ** 2;
/** Commits that are made at once; each is a moment's work. */
const AT_ONCE = { permits: 8, maxQueued: 64, maxWaitMs: 30_000 };

/** Commits that pages and the API make: git's objects written directly, judged and recorded as a push is. */
@Injectable()
export class EditsService {
  private readonly turns = new Semaphore(AT_ONCE);

  constructor(
    private readonly access: RepositoryAccessService,
    private readonly repositories: RepositoriesService,
    private readonly accounts: AccountsService,
    private readonly moves: RefMovesService,
    private readonly rules: PushRulesService,
    private readonly catFiles: CatFilesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Where a commit on `branch` would stand now: on its tip, or, where `from` names another branch, a tag or a commit, at
   * the beginning of a new branch. Both as docs/ref-names.md has it.
   *
   * @throws DomainError `not_found` when there is no such branch, `invalid` when it is no branch's name,
   *   `conflict` when the new branch is there already.
   */
  async place(repository: Repository, asked: { branch: string; from?: string }): Promise<EditPlace> {
    const branch = branchNamed(asked.branch, repository.defaultBranch);
    const from = asked.from;
    const fault = checkRefName(`refs/heads/${branch}`);
    if (fault) throw invalidField('branch', `"${branch}" is no branch name: ${fault}.`, 'invalid');
    const tip = await this.tipOf(repository, `refs/heads/${branch}`);
    if (from === undefined || branchNamed(from, repository.defaultBranch) === branch) {
      if (tip) return { branch, parentOid: tip, isNewBranch: false };
      if (await this.isEmpty(repository)) return { branch, parentOid: null, isNewBranch: true };
      throw new DomainError('not_found', `Branch ${branch} not found`);
    }
    if (tip)
      throw new DomainError('conflict', `There is a branch ${branch} already.`, { hint: 'Choose another name.' });
    return { branch, parentOid: await this.commitOf(repository, from), isNewBranch: true };
  }

  /**
   * One commit with all of the changes, or nothing.
   *
   * @throws DomainError `conflict` when the branch or an expected file has changed meanwhile; `push_refused` with every
   *   reason of the judge; `invalid`, `not_found`, `quota_exceeded`.
   */
  async commit(actor: UserActor, repositoryId: number, edit: Edit): Promise<EditMade> {
    if (edit.changes.length > MAX_CHANGES) {
      throw new DomainError('invalid', `A commit made here changes at most ${MAX_CHANGES} files.`, {
        hint: 'Make several commits, or push with Git.',
      });
    }
    for (const { path } of edit.changes) checkTreePath(path);
    return this.turns.run(() => this.make(actor, repositoryId, edit), edit.signal);
  }

  private async make(actor: UserActor, repositoryId: number, edit: Edit): Promise<EditMade> {
    // An upload may have taken hours: what counts is what its user may do now.
    const opened = await this.access.byId(actor, repositoryId);
    if (!opened) throw repositoryNotFound();
    this.access.require(actor, opened, 'write');
    const { repository } = opened;
    const format = await this.formatOf(repository, edit.place);
    await this.requireSmallEnough(repository, edit.changes);
    const { files, blobs } = await this.files(format, edit.changes);
    const { rootOid, trees } = await this.tree(repository, { format, place: edit.place, changes: files });
    const commit = newObject(format, 'commit', await this.commitContent(actor, edit, rootOid));
    await this.bringIn(actor, opened, { format, edit, objects: unique([...blobs, ...trees, commit]), commit });
    const written = edit.changes.flatMap(({ path, kind }, at) => {
      const blob = kind === 'delete' ? undefined : files[at]?.blob;
      const object = blob && blobs.find(({ oid }) => oid === blob.oid);
      return object ? [[path, { oid: object.oid, sizeBytes: object.sizeBytes }] as const] : [];
    });
    return { commitOid: commit.oid, blobs: new Map(written) };
  }

  private async bringIn(
    actor: UserActor,
    opened: OpenRepository,
    made: { format: ObjectFormat; edit: Edit; objects: NewObject[]; commit: NewObject },
  ): Promise<void> {
    const { format, objects, commit, edit } = made;
    const { branch, parentOid, isNewBranch } = edit.place;
    const repositoryPath = this.pathOf(opened.repository);
    const written = await quarantineObjects(this.git, { repositoryPath, format, objects, signal: edit.signal });
    const oldOid = isNewBranch ? zeroOid(format) : (parentOid ?? zeroOid(format));
    try {
      const commands = [{ ref: `refs/heads/${branch}`, oldOid, newOid: commit.oid }];
      await this.moves.move({ actor, opened, commands, objects: written });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'conflict') throw branchMoved(branch, error);
      throw error;
    } finally {
      await written.discard();
    }
  }

  private async files(
    format: ObjectFormat,
    changes: readonly Change[],
  ): Promise<{ files: PathChange[]; blobs: NewObject[] }> {
    const files: PathChange[] = [];
    const blobs: NewObject[] = [];
    for (const change of changes) {
      const { path, expectedOid } = change;
      if (change.kind === 'delete') {
        files.push({ path, expectedOid, blob: null });
        continue;
      }
      const blob = await blobOf(format, change.kind === 'lfs' ? formatPointer(change) : change.content);
      blobs.push(blob);
      files.push({ path, expectedOid, blob: { oid: blob.oid, mode: change.mode } });
    }
    return { files, blobs };
  }

  private tree(
    repository: Repository,
    { format, place, changes }: { format: ObjectFormat; place: EditPlace; changes: PathChange[] },
  ) {
    const objects = this.catFiles.open(this.pathOf(repository));
    const read = async (name: string) => {
      const tree = await objects.contents(name, { maxBytes: MAX_TREE_BYTES });
      if (!tree) throw new DomainError('not_found', `There is no object ${name}.`);
      return tree.data;
    };
    return editTree({ format, read }, place.parentOid && `${place.parentOid}^{tree}`, changes);
  }

  private async commitContent(actor: UserActor, edit: Edit, treeOid: string): Promise<Buffer> {
    const user = await this.accounts.byId(actor.userId);
    if (!user) throw new DomainError('unauthenticated', 'This account is gone.');
    const author = edit.author ?? edit.committer ?? authorOf(user);
    const committer = edit.committer ?? authorOf(user);
    const { message, place } = edit;
    return formatCommit({ treeOid, parentOid: place.parentOid, message, author, committer, now: this.clock.now() });
  }

  /** Before anything is written: the judge would come to the same, but only behind all those bytes. */
  private async requireSmallEnough({ id }: Repository, changes: readonly Change[]): Promise<void> {
    const { max_file_size_bytes: maxBytes } = (await this.rules.get(id)).effective;
    const tooLarge = changes.filter((change) => change.kind === 'write' && sizeOf(change.content) > maxBytes);
    if (tooLarge.length === 0) return;
    const names = tooLarge.map(({ path }) => path).join(', ');
    throw new DomainError(
      'push_refused',
      `${names}: larger than ${formatBytes(maxBytes)}, the most for a plain file.`,
      {
        hint: 'Store it with Git LFS.',
      },
    );
  }

  private async formatOf(repository: Repository, { parentOid }: EditPlace): Promise<ObjectFormat> {
    if (parentOid !== null) return parentOid.length === 40 ? 'sha1' : 'sha256';
    return readObjectFormat(this.pathOf(repository));
  }

  private async commitOf(repository: Repository, name: string): Promise<string> {
    const found = await resolveName(this.repositories.open(repository), name);
    if (found?.type !== 'commit') throw new DomainError('not_found', `Branch ${name} not found`);
    return found.oid;
  }

  private async tipOf(repository: Repository, name: string): Promise<string | null> {
    const [ref] = await listRefs(this.git, this.pathOf(repository), { patterns: [name], limit: 1 });
    return ref?.name === name ? ref.oid : null;
  }

  private async isEmpty(repository: Repository): Promise<boolean> {
    return (await listRefs(this.git, this.pathOf(repository), { patterns: ['refs/heads/'], limit: 1 })).length === 0;
  }

  private pathOf({ id }: Repository): string {
    return this.repositories.storage.pathOf(id);
  }
}

const sizeOf = (content: Content) => (Buffer.isBuffer(content) ? content.length : content.sizeBytes);

async function blobOf(format: ObjectFormat, content: Content): Promise<NewObject> {
  if (Buffer.isBuffer(content)) return newObject(format, 'blob', content);
  const { sizeBytes, open } = content;
  return { type: 'blob', sizeBytes, oid: await blobIdOf(format, sizeBytes, await open()), open };
}

function unique(objects: readonly NewObject[]): NewObject[] {
  return [...new Map(objects.map((object) => [object.oid, object])).values()];
}

function branchMoved(branch: string, cause: DomainError): DomainError {
  return new DomainError('conflict', `${branch} has moved meanwhile: somebody else changed it.`, {
    hint: 'Nothing was changed. Try again; the change is then made on what is there now.',
    cause,
  });
}
