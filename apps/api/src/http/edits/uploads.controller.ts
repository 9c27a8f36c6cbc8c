import { faultOfTreePath } from '@granary/git-process';
import {
  CommitUploads,
  PlanUploads,
  type EditMade,
  type StagedFile,
  type UploadPage,
  type UploadPlan,
  type UploadStorage,
} from '@granary/api-contract';
import {
  EditsService,
  fullName,
  PushRulesService,
  SUGGESTED_LFS_SIZE_BYTES,
  UploadCommitsService,
  UploadsService,
  type OpenRepository,
  type StorageChoice,
  type UserActor,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentUser, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { BrowseReader } from '../pages/browse.reader';
import { clientGone } from '../transfer/client-gone';
import { zodBody } from '../zod-body';
import { editAt } from './edit-place.reader';
import { handOver } from './hand-over';
import { RefusalNotes } from './refusal-notes';

/** Uploads of a browser: planned, sent file by file, then committed together. */
@Controller('api/web/repos/:ns/:repo')
@Surface('web')
@InRepository('write')
export class UploadsController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly edits: EditsService,
    private readonly uploads: UploadsService,
    private readonly commits: UploadCommitsService,
    private readonly rules: PushRulesService,
    private readonly notes: RefusalNotes,
  ) {}

  @Get('upload')
  async page(
    @CurrentUser() actor: UserActor,
    @Opened() opened: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadPage> {
    const { repository } = opened;
    const bare = this.reader.bare(opened, clientGone(response));
    const [frame, at, staged, { effective }] = await Promise.all([
      this.reader.frame(opened, bare),
      editAt(bare, opened, query['at']),
      this.uploads.list(actor.userId, repository.id),
      this.rules.get(repository.id),
    ]);
    const plan = await this.commits.plan(repository, at.sha, staged, bare.signal);
    const ruleBytes = effective.lfs_required_size_bytes;
    return {
      ...frame,
      at,
      staged: staged.map((file, nth) => ({
        ...presentStaged(file),
        storage: presentChoice(plan[nth] as StorageChoice),
      })),
      lfs: {
        size_bytes: ruleBytes ?? SUGGESTED_LFS_SIZE_BYTES,
        size_is_rule: ruleBytes !== null,
        patterns: effective.lfs_required_patterns,
      },
      problem: this.notes.read({ userId: actor.userId, repositoryId: repository.id }, query['refused']),
    };
  }

  @Post('uploads/plan')
  @HttpCode(200)
  async plan(
    @Opened() opened: OpenRepository,
    @Body(zodBody(PlanUploads)) { at, files }: PlanUploads,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadPlan> {
    const bare = this.reader.bare(opened, clientGone(response));
    const { sha } = await editAt(bare, opened, at);
    const sized = files.map(({ path, size_bytes: sizeBytes }) => ({ path, sizeBytes }));
    const choices = await this.commits.plan(opened.repository, sha, sized, bare.signal);
    return {
      files: choices.map((choice) => ({
        ...presentChoice(choice),
        fault: faultOfTreePath(choice.path),
        upload: this.destination(opened, choice),
      })),
    };
  }

  /**
   * Where the bytes of a file go: through the hub, which measures them on their way. The one place that would name a
   * presigned address of the object store instead.
   */
  private destination({ repository }: OpenRepository, { path, lfs }: StorageChoice) {
    const query = new URLSearchParams({ path, ...(lfs ? { lfs: 'true' } : {}) });
    return { method: 'POST' as const, href: `/api/web/repos/${fullName(repository)}/uploads?${query.toString()}` };
  }

  @Post('uploads')
  async stage(
    @CurrentUser() actor: UserActor,
    @Opened() { repository }: OpenRepository,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StagedFile> {
    if (request.get('content-type') !== 'application/octet-stream') {
      throw new DomainError('unsupported_media_type', 'The body is the file: send it as application/octet-stream.');
    }
    const { 'content-length': length } = request.headers;
    const path = typeof query['path'] === 'string' ? query['path'] : '';
    const facts = { path, sizeBytes: length === undefined ? null : Number(length), lfs: query['lfs'] === 'true' };
    const signal = clientGone(response);
    const upload = await handOver(request, (stream) =>
      this.uploads.stage(actor, repository, { ...facts, stream, signal }),
    );
    return presentStaged(upload);
  }

  @Delete('uploads/:id')
  @HttpCode(204)
  async discard(@CurrentUser() actor: UserActor, @Opened() { repository }: OpenRepository, @Param('id') id: string) {
    await this.uploads.discard(actor.userId, repository.id, [id]);
  }

  @Post('uploads/commit')
  async commit(
    @CurrentUser() actor: UserActor,
    @Opened() { repository }: OpenRepository,
    @Body(zodBody(CommitUploads)) input: CommitUploads,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EditMade> {
    const place = await this.edits.place(repository, input);
    const { message, files } = input;
    const signal = clientGone(response);
    const { commitOid } = await this.commits.commit(actor, repository, { place, message, files, signal });
    return { branch: place.branch, sha: commitOid };
  }
}

function presentStaged({ id, path, sizeBytes }: { id: string; path: string; sizeBytes: number }): StagedFile {
  return { id, path, size_bytes: sizeBytes };
}

function presentChoice({ path, lfs, isForced, reason, pattern }: StorageChoice): UploadStorage {
  return { path, lfs, forced: isForced, reason, pattern };
}
