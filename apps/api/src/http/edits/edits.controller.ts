import { MakeEdit, type EditMade, type EditPage, type EditPlacePage } from '@granary/api-contract';
import {
  EditsService,
  LfsLocksService,
  readBlob,
  UploadCommitsService,
  type BlobContent,
  type Change,
  type OpenRepository,
  type UserActor,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentUser, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { BrowseReader } from '../pages/browse.reader';
import { clientGone } from '../transfer/client-gone';
import { zodBody } from '../zod-body';
import { editAt } from './edit-place.reader';

/** As JSON, and with every character escaped, it still passes the limit for bodies. */
const MAX_TEXT_BYTES = 512 * 1024;

/** The models of the pages that change one text file, and the commit that they make. */
@Controller('api/web/repos/:ns/:repo')
@Surface('web')
@InRepository('write')
export class EditsController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly edits: EditsService,
    private readonly uploads: UploadCommitsService,
    private readonly locks: LfsLocksService,
  ) {}

  @Get('edit-place')
  async place(
    @Opened() opened: OpenRepository,
    @Query('at') at: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EditPlacePage> {
    const bare = this.reader.bare(opened, clientGone(response));
    const [frame, place] = await Promise.all([this.reader.frame(opened, bare), editAt(bare, opened, at)]);
    return { ...frame, at: place };
  }

  @Get('edit')
  async edit(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Query('at') at: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EditPage> {
    const bare = this.reader.bare(opened, clientGone(response));
    const place = await editAt(bare, opened, at);
    if (place.sha === null) throw new DomainError('not_found', 'This repository is empty.');
    const [frame, blob, held] = await Promise.all([
      this.reader.frame(opened, bare),
      readBlob(bare, { sha: place.sha, path: place.path, limitBytes: MAX_TEXT_BYTES }),
      this.locks.list(opened.repository.id, { path: place.path }),
    ]);
    const { fault, text } = editableText(blob);
    const lock = held.locks.find(({ ownerUserId }) => ownerUserId !== actor.userId);
    return {
      ...frame,
      at: place,
      sha: blob.oid,
      text,
      fault,
      line_end: text?.includes('\r\n') ? 'crlf' : 'lf',
      locked_by: lock?.ownerName ?? null,
    };
  }

  @Post('edits')
  async make(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Body(zodBody(MakeEdit)) input: MakeEdit,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EditMade> {
    const signal = clientGone(response);
    const place = await this.edits.place(opened.repository, input);
    const changes = changesOf(input);
    await this.requirePlainText(opened, { input, parentOid: place.parentOid, signal });
    const edit = { place, message: input.message, changes, signal };
    const { commitOid } = await this.edits.commit(actor, opened.repository.id, edit);
    return { branch: place.branch, sha: commitOid };
  }

  /** Text that is written where a pointer belongs would show as changed in every clone. */
  private async requirePlainText(
    { repository }: OpenRepository,
    { input, parentOid, signal }: { input: MakeEdit; parentOid: string | null; signal: AbortSignal },
  ): Promise<void> {
    if (input.text === null) return;
    const file = { path: input.path, sizeBytes: Buffer.byteLength(input.text) };
    const [choice] = await this.uploads.plan(repository, parentOid, [file], signal);
    if (!choice?.lfs || !choice.isForced) return;
    throw new DomainError('invalid', `${input.path} is kept in Git LFS here.`, {
      hint: 'Upload it as a file instead of writing it on this page.',
    });
  }
}

function changesOf({ path, previous_path: previous, text, sha }: MakeEdit): Change[] {
  if (text === null) return [{ kind: 'delete', path, ...(sha === null ? {} : { expectedOid: sha }) }];
  const content = Buffer.from(text);
  if (previous === undefined || previous === path) return [{ kind: 'write', path, content, expectedOid: sha }];
  return [
    { kind: 'delete', path: previous, expectedOid: sha },
    { kind: 'write', path, content, expectedOid: null },
  ];
}

/** A page gives back text as UTF-8: bytes that are none would come back changed. */
function editableText(blob: BlobContent): Pick<EditPage, 'fault' | 'text'> {
  if (blob.lfs) return { fault: 'lfs', text: null };
  if (blob.kind === 'symlink') return { fault: 'symlink', text: null };
  if (blob.kind === 'too_large') return { fault: 'too_large', text: null };
  if (blob.kind !== 'text' || !blob.bytes) return { fault: 'binary', text: null };
  try {
    return { fault: null, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(blob.bytes) };
  } catch {
    return { fault: 'not_utf8', text: null };
  }
}
