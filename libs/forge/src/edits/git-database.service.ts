import {
  checkTreePath,
  listRefs,
  newObject,
  overlayTree,
  readObjectFormat,
  TREE_MODE,
  type GitHome,
  type NewObject,
  type ObjectFormat,
  type ObjectType,
  type Overlay,
} from '@granary/git-process';
import { DomainError, formatBytes, invalidField, Semaphore, type Clock } from '@granary/kernel';
import { checkRefName } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, GIT_HOME } from '../database/tokens';
import { AccountsService } from '../identity/accounts.service';
import type { UserActor } from '../identity/actor';
import { PushRulesService } from '../protection';
import { authorOf, UnreferencedObjectsService } from '../pushes';
import { CatFilesService, RepositoriesService, type OpenRepository, type Repository } from '../repositories';
import { formatNewCommit, formatNewTag, type DatedPerson } from './object-text';

const MAX_TREE_BYTES = 64 * 1024 ** 2;
/** Calls that write at once; each is a moment's work. */
const AT_ONCE = { permits: 8, maxQueued: 64, maxWaitMs: 30_000 };
const SUBMODULE = '160000';

/** Where objects go, and for whom. */
export interface WritePlace {
  actor: UserActor;
  opened: OpenRepository;
  signal: AbortSignal;
}

/** An entry of a tree, as REST names it; `oid` null takes the path away, and `content` makes a file of text. */
export interface NewTreeEntry {
  path: string;
  mode: string;
  oid?: string | null;
  content?: string;
}

/** Single objects for programs that put a commit together by themselves. No ref names them until one is moved there. */
@Injectable()
export class GitDatabaseService {
  private readonly turns = new Semaphore(AT_ONCE);

  constructor(
    private readonly objects: UnreferencedObjectsService,
    private readonly repositories: RepositoriesService,
    private readonly accounts: AccountsService,
    private readonly rules: PushRulesService,
    private readonly catFiles: CatFilesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError `push_refused` when it is larger than a plain file may be, and as all of these. */
  async blob(place: WritePlace, content: Buffer): Promise<string> {
    const format = await this.formatOf(place);
    await this.requireSmallEnough(place, content.length);
    return this.write(place, format, [newObject(format, 'blob', content)]);
  }

  /** @throws DomainError `invalid` where an entry is none, or names what is not there. */
  async tree(
    place: WritePlace,
    { baseTree, entries }: { baseTree?: string; entries: NewTreeEntry[] },
  ): Promise<string> {
    const format = await this.formatOf(place);
    const base = baseTree === undefined ? null : await this.treeOf(place, baseTree);
    const blobs: NewObject[] = [];
    const overlays: Overlay[] = [];
    for (const input of entries) {
      checkTreePath(input.path);
      overlays.push({ path: input.path, entry: await this.entryOf(place, { input, format, blobs }) });
    }
    const objects = this.catFiles.open(this.pathOf(place));
    const read = async (oid: string) => {
      const tree = await objects.contents(oid, { maxBytes: MAX_TREE_BYTES });
      if (!tree) throw new DomainError('invalid', `There is no tree ${oid}.`);
      return tree.data;
    };
    const { rootOid, trees } = await overlayTree({ format, read }, base, overlays);
    const unique = new Map([...blobs, ...trees].map((object) => [object.oid, object]));
    await this.write(place, format, [...unique.values()]);
    return rootOid;
  }

  /** The committer is the author where it is left out, and the author whoever asks. */
  async commit(
    place: WritePlace,
    input: {
      tree: string;
      parents: readonly string[];
      message: string;
      signature?: string;
      author?: DatedPerson;
      committer?: DatedPerson;
    },
  ): Promise<string> {
    const format = await this.formatOf(place);
    await this.require(place, { field: 'tree', oid: input.tree, type: 'tree' });
    for (const oid of input.parents) await this.require(place, { field: 'parents', oid, type: 'commit' });
    const author = input.author ?? input.committer ?? (await this.self(place));
    const { message, signature } = input;
    const content = formatNewCommit({
      ...{ treeOid: input.tree, parentOids: input.parents, message, signature, author },
      ...{ committer: input.committer ?? author, now: this.clock.now() },
    });
    return this.write(place, format, [newObject(format, 'commit', content)]);
  }

  /** An annotated tag; the ref `refs/tags/…` is made by itself. */
  async tag(
    place: WritePlace,
    input: { tag: string; message: string; object: string; type: ObjectType; tagger?: DatedPerson },
  ): Promise<string> {
    const format = await this.formatOf(place);
    const fault = checkRefName(`refs/tags/${input.tag}`);
    if (fault) throw invalidField('tag', `"${input.tag}" is no tag name: ${fault}.`, 'invalid');
    const { object: oid, type, message } = input;
    await this.require(place, { field: 'object', oid, type });
    const tagger = input.tagger ?? (await this.self(place));
    const content = formatNewTag({ name: input.tag, message, object: { oid, type }, tagger, now: this.clock.now() });
    return this.write(place, format, [newObject(format, 'tag', content)]);
  }

  private async entryOf(
    place: WritePlace,
    { input, format, blobs }: { input: NewTreeEntry; format: ObjectFormat; blobs: NewObject[] },
  ): Promise<Overlay['entry']> {
    const { path, mode, oid, content } = input;
    if (content !== undefined) {
      if (mode === TREE_MODE || mode === SUBMODULE) {
        throw invalidField(
          'tree',
          `${path} has the mode ${mode}, which has no content: name it by its sha.`,
          'invalid',
        );
      }
      const blob = newObject(format, 'blob', Buffer.from(content));
      await this.requireSmallEnough(place, blob.sizeBytes);
      blobs.push(blob);
      return { mode, oid: blob.oid };
    }
    if (oid === null || oid === undefined) return null;
    const type = mode === TREE_MODE ? 'tree' : mode === SUBMODULE ? 'commit' : 'blob';
    // What a submodule names lies in another repository.
    if (type !== 'commit') await this.require(place, { field: 'tree.sha', oid, type });
    return { mode, oid };
  }

  private async require(
    place: WritePlace,
    { field, oid, type }: { field: string; oid: string; type: ObjectType },
  ): Promise<void> {
    const object = await this.catFiles.open(this.pathOf(place)).info(oid);
    if (object?.oid === oid && object.type === type) return;
    const what = object?.oid === oid ? `is a ${object.type}, not a ${type}` : 'does not exist';
    throw invalidField(field, `${field} ${oid} ${what}`, 'invalid');
  }

  /** Of a tree, or of a commit whose tree is meant. */
  private async treeOf(place: WritePlace, oid: string): Promise<string> {
    const tree = await this.catFiles.open(this.pathOf(place)).info(`${oid}^{tree}`);
    if (!tree) throw invalidField('base_tree', `base_tree ${oid} does not exist`, 'invalid');
    return tree.oid;
  }

  private async write({ actor, opened, signal }: WritePlace, format: ObjectFormat, objects: NewObject[]) {
    const last = objects.at(-1);
    if (!last) throw new Error('nothing to write');
    const bringIn = () => this.objects.bringIn(actor, opened.repository, { format, objects, signal });
    await this.turns.run(bringIn, signal);
    return last.oid;
  }

  private async self({ actor }: WritePlace): Promise<DatedPerson> {
    const user = await this.accounts.byId(actor.userId);
    if (!user) throw new DomainError('unauthenticated', 'This account is gone.');
    return authorOf(user);
  }

  /** The first push says which ids a repository has: before it there is nothing to write to, as with GitHub. */
  private async formatOf(place: WritePlace): Promise<ObjectFormat> {
    const path = this.pathOf(place);
    const isEmpty = place.opened.repository.isEmpty && (await listRefs(this.git, path, { limit: 1 })).length === 0;
    if (!isEmpty) return readObjectFormat(path);
    throw new DomainError('conflict', 'Git Repository is empty.', {
      hint: 'Make its first commit by a push, or by PUT …/contents/<path>.',
    });
  }

  /** The judge would say so of the ref; but by then the bytes are here. */
  private async requireSmallEnough({ opened }: WritePlace, sizeBytes: number): Promise<void> {
    const { max_file_size_bytes: maxBytes } = (await this.rules.get(opened.repository.id)).effective;
    if (sizeBytes <= maxBytes) return;
    throw new DomainError(
      'push_refused',
      `This file has ${formatBytes(sizeBytes)}; a plain file has at most ${formatBytes(maxBytes)}.`,
      { hint: 'Store it with Git LFS.' },
    );
  }

  private pathOf({ opened }: { opened: { repository: Pick<Repository, 'id'> } }): string {
    return this.repositories.storage.pathOf(opened.repository.id);
  }
}
