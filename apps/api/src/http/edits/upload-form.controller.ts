import { atOf, branchRef, pageBelow } from '@granary/api-contract';
import {
  EditsService,
  fullName,
  UploadCommitsService,
  UploadsService,
  type OpenRepository,
  type UserActor,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentUser, InRepository, Opened } from '../../access/access.decorators';
import { asDomainError } from '../../errors/as-domain-error';
import { Surface } from '../../surface/surface';
import { BrowseReader } from '../pages/browse.reader';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';
import { editAt } from './edit-place.reader';
import { readMultipartForm, type FormFields } from './multipart-form';
import { RefusalNotes } from './refusal-notes';

/**
 * The upload page's form without JavaScript, and for `curl -F`: files and commit in one request. A browser is led back
 * to the page when it is refused; other clients get the error itself.
 */
@Controller(':ns/:repo/-/upload')
@Surface('page')
@InRepository('write')
export class UploadFormController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly edits: EditsService,
    private readonly uploads: UploadsService,
    private readonly commits: UploadCommitsService,
    private readonly notes: RefusalNotes,
  ) {}

  @Post('*at')
  async submit(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Param('at') rest: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const { repository } = opened;
    const at = wildcard(rest);
    const page = `/${fullName(repository)}`;
    try {
      const { branch, path } = await this.commit(actor, opened, { at, request, response });
      const tree = pageBelow(page, 'tree', atOf(branchRef(branch), path));
      return response.redirect(303, `${tree}?notice=files-uploaded`);
    } catch (error) {
      const { message, hint, code } = asDomainError(error);
      if (code === 'internal' || !request.accepts('html') || request.get('accept') === '*/*') throw error;
      const text = hint ? `${message}\n${hint}` : message;
      const note = this.notes.write({ userId: actor.userId, repositoryId: repository.id }, text);
      return response.redirect(303, `${pageBelow(page, 'upload', at)}?refused=${note}`);
    }
  }

  private async commit(
    actor: UserActor,
    opened: OpenRepository,
    { at, request, response }: { at: string; request: Request; response: Response },
  ): Promise<{ branch: string; path: string }> {
    const { repository } = opened;
    const signal = clientGone(response);
    const { ref, kind, sha, path } = await editAt(this.reader.bare(opened, signal), opened, at);
    const ids: string[] = [];
    const { fields, failures } = await readMultipartForm(request, async (name, stream) => {
      const file = { path: path === '' ? name : `${path}/${name}`, stream, sizeBytes: null, signal };
      ids.push((await this.uploads.stage(actor, repository, file)).id);
    });
    if (failures.length > 0) throw failures[0];
    const target = targetOf(fields, { ref, isBranch: kind === 'branch', sha });
    const place = await this.edits.place(repository, target);
    const lfs = WISHES[fields.get('lfs')?.[0] ?? ''];
    const files = [...ids, ...(fields.get('staged') ?? [])].map((id) => ({ id, lfs }));
    await this.commits.commit(actor, repository, { place, message: messageOf(fields, files.length), files, signal });
    return { branch: place.branch, path };
  }
}

/** What the form's choice means for files that no rule decides about. */
const WISHES: Record<string, boolean | undefined> = { all: true, none: false };

function targetOf(
  fields: FormFields,
  { ref, isBranch, sha }: { ref: string; isBranch: boolean; sha: string | null },
): { branch: string; from?: string } {
  const name = fields.get('branch')?.[0]?.trim() ?? '';
  const isNew = fields.get('target')?.[0] === 'new';
  if (!isNew && isBranch) return { branch: ref };
  if (name === '') throw new DomainError('invalid', 'Name the new branch.');
  return { branch: name, from: isBranch ? ref : (sha ?? ref) };
}

function messageOf(fields: FormFields, count: number): string {
  const message = fields.get('message')?.[0]?.trim() ?? '';
  return message === '' ? `Upload ${count === 1 ? 'a file' : `${count} files`}` : message;
}
