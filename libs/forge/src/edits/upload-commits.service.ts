import { DomainError, invalidField } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import type { UserActor } from '../identity/actor';
import { PushRulesService } from '../protection';
import { CatFilesService, RepositoriesService, type Repository } from '../repositories';
import type { Change } from './change';
import { EditsService, type EditMade, type EditPlace } from './edits.service';
import { directoriesAbove, lfsLine, withLines } from './gitattributes';
import { chooseStorage, type StorageChoice } from './lfs-choice';
import { lfsMarks } from './lfs-marks';
import { StagedRoom } from './staged-room';
import type { StagedUpload } from './staged-upload';
import { UploadsService } from './uploads.service';

const ATTRIBUTES = '.gitattributes';
const MAX_ATTRIBUTES_BYTES = 1024 ** 2;

export interface UploadCommit {
  place: EditPlace;
  message: string;
  /** `lfs`: what the user chose, where there is a choice; left out: as it was offered. */
  files: readonly { id: string; lfs?: boolean }[];
  signal?: AbortSignal;
}

/** Commits of uploaded files: large ones become LFS objects, with pointer and attribute in the same commit. */
@Injectable()
export class UploadCommitsService {
  constructor(
    private readonly edits: EditsService,
    private readonly uploads: UploadsService,
    private readonly room: StagedRoom,
    private readonly rules: PushRulesService,
    private readonly repositories: RepositoriesService,
    private readonly catFiles: CatFilesService,
  ) {}

  /** How each file would be stored, in their order. */
  async plan(
    repository: Repository,
    commitOid: string | null,
    files: readonly { path: string; sizeBytes: number }[],
    signal?: AbortSignal,
  ): Promise<StorageChoice[]> {
    const paths = files.map(({ path }) => path);
    const [{ effective: rules }, marked] = await Promise.all([
      this.rules.get(repository.id),
      lfsMarks(this.repositories.open(repository, signal), { commitOid, paths }),
    ]);
    return files.map((file) => chooseStorage(file, { rules, isMarked: marked.has(file.path) }));
  }

  /**
   * One commit of all files; they wait on when it is refused.
   * @throws DomainError as `EditsService.commit`; `not_found` when a file has gone.
   */
  async commit(actor: UserActor, repository: Repository, input: UploadCommit): Promise<EditMade> {
    const { place, message, signal } = input;
    const ids = input.files.map(({ id }) => id);
    const files = await this.uploads.require(actor.userId, repository.id, ids);
    if (files.length === 0) throw invalidField('files', 'Choose a file to upload.', 'missing_field');
    const plan = await this.plan(repository, place.parentOid, files, signal);
    const choices = plan.map((choice, at) => withChoice(choice, input.files[at]?.lfs));
    const changes: Change[] = [];
    for (const [at, file] of files.entries())
      changes.push(await this.change(repository, file, { choice: choices[at], signal }));
    const marked = await this.withAttributes(repository, place, { changes, choices, signal });
    const edit = { place, message, changes: marked, signal };
    const made = await this.room.whileCommitted(ids, () => this.edits.commit(actor, repository.id, edit));
    await this.uploads.discard(actor.userId, repository.id, ids);
    return made;
  }

  private async change(
    repository: Repository,
    file: StagedUpload,
    { choice, signal }: { choice: StorageChoice | undefined; signal?: AbortSignal },
  ): Promise<Change> {
    if (!choice?.lfs) return { kind: 'write', path: file.path, content: this.uploads.contentOf(file, signal) };
    await this.uploads.makeLfsObject(repository, file);
    return { kind: 'lfs', path: file.path, oid: file.sha256, sizeBytes: file.sizeBytes };
  }

  /** With the `.gitattributes` that mark those files which are not marked yet: each in the nearest one there is. */
  private async withAttributes(
    repository: Repository,
    place: EditPlace,
    { changes, choices, signal }: { changes: Change[]; choices: readonly StorageChoice[]; signal?: AbortSignal },
  ): Promise<Change[]> {
    const texts = new Map<string, string>();
    for (const { path, lfs, reason, pattern } of choices) {
      if (!lfs || reason === 'attributes') continue;
      const { file, directory } = await this.nearest(repository, place, { path, texts, changes, signal });
      const relative = directory === '' ? path : path.slice(directory.length + 1);
      texts.set(file, withLines(texts.get(file) ?? '', [lfsLine(relative, pattern)]));
    }
    const others = changes.filter(({ path }) => !texts.has(path));
    return [
      ...others,
      ...[...texts].map(([path, text]) => ({ kind: 'write' as const, path, content: Buffer.from(text) })),
    ];
  }

  /** Its text is in `texts` then; where there is none, the root's. */
  private async nearest(
    repository: Repository,
    { parentOid }: EditPlace,
    known: { path: string; texts: Map<string, string>; changes: readonly Change[]; signal?: AbortSignal },
  ): Promise<{ file: string; directory: string }> {
    const objects = this.catFiles.open(this.repositories.storage.pathOf(repository.id));
    for (const directory of directoriesAbove(known.path)) {
      const file = directory === '' ? ATTRIBUTES : `${directory}/${ATTRIBUTES}`;
      if (known.texts.has(file)) return { file, directory };
      const text = await this.uploaded(file, known.changes);
      const there = text === null && parentOid !== null ? await objects.info(`${parentOid}:${file}`) : null;
      if (text === null && there?.type !== 'blob') continue;
      known.texts.set(file, text ?? (await this.textOf(objects, file, there?.oid ?? '')));
      return { file, directory };
    }
    return { file: ATTRIBUTES, directory: '' };
  }

  /** What the same commit brings under that name. */
  private async uploaded(file: string, changes: readonly Change[]): Promise<string | null> {
    const change = changes.find(({ path }) => path === file);
    if (change?.kind !== 'write' || Buffer.isBuffer(change.content)) return null;
    if (change.content.sizeBytes > MAX_ATTRIBUTES_BYTES) throw tooLarge(file);
    const pieces: Buffer[] = [];
    for await (const piece of await change.content.open()) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString('utf8');
  }

  private async textOf(objects: ReturnType<CatFilesService['open']>, file: string, oid: string): Promise<string> {
    const info = await objects.info(oid);
    if (info && info.sizeBytes > MAX_ATTRIBUTES_BYTES) throw tooLarge(file);
    return (await objects.contents(oid, { maxBytes: MAX_ATTRIBUTES_BYTES }))?.data.toString('utf8') ?? '';
  }
}

function withChoice(choice: StorageChoice, lfs: boolean | undefined): StorageChoice {
  return choice.isForced || lfs === undefined ? choice : { ...choice, lfs };
}

function tooLarge(file: string): DomainError {
  return new DomainError('invalid', `${file} is too large to add a line to.`, {
    hint: 'Add "filter=lfs diff=lfs merge=lfs -text" for the files there with Git, then upload them.',
  });
}
