import { pipeline } from 'node:stream/promises';
import {
  contentDisposition,
  LfsObjectsService,
  readBlob,
  resolveAt,
  type BlobContent,
  type OpenRepository,
} from '@granary/forge';
import { GitFailed, spawnGit } from '@granary/git-process';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { clientGone } from '../transfer/client-gone';
import { sendObject } from '../transfer/send-object';
import { wildcard } from '../wildcard';
import { BrowseReader } from './browse.reader';
import { imageTypeOf } from './image-type';
import { mediaTypeOf } from './media-type';

/** Enough to tell text, images and pointers apart. */
const SNIFF_LIMIT_BYTES = 64 * 1024;

/** A file as it is. Nothing of it may run: sandboxed, never sniffed, text is plain and the rest an attachment. */
@Controller(':ns/:repo/-/raw')
@Surface('page')
@InRepository('read')
export class RawController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly objects: LfsObjectsService,
  ) {}

  @Get('*rest')
  async raw(
    @Opened() opened: OpenRepository,
    @Param('rest') rest: unknown,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const place = await resolveAt(bare, wildcard(rest));
    const blob = await readBlob(bare, { ...place, limitBytes: SNIFF_LIMIT_BYTES });
    this.setHeaders(response, blob, {
      isPublic: opened.repository.visibility === 'public',
      download: 'download' in query,
    });
    if (blob.lfs && query['lfs'] !== 'false') {
      const object = await this.objects.requireLinked(opened.repository.id, blob.lfs.oid);
      return sendObject(this.objects, object, { request, response });
    }
    if (blob.lfs) response.type('text/plain');
    response.set('ETag', `"${blob.oid}"`);
    if (request.get('if-none-match') === `"${blob.oid}"`) {
      response.status(304).end();
      return;
    }
    const git = spawnGit(bare.home, {
      repositoryPath: bare.path,
      args: ['cat-file', 'blob', blob.oid],
      signal: bare.signal,
    });
    git.stdin.end();
    await pipeline(git.stdout, response, { end: false });
    const { exitCode, stderr } = await git.done;
    if (exitCode !== 0) throw new GitFailed('cat-file', exitCode, stderr);
    response.end();
  }

  private setHeaders(response: Response, blob: BlobContent, how: { isPublic: boolean; download: boolean }): void {
    const name = blob.path.split('/').at(-1) ?? 'file';
    const image = blob.imageType ?? (blob.lfs ? imageTypeOf(blob.path) : null);
    const isText = blob.kind === 'text' || blob.kind === 'symlink' || blob.kind === 'too_large';
    const type =
      image ?? (isText ? 'text/plain; charset=utf-8' : (mediaTypeOf(blob.path) ?? 'application/octet-stream'));
    response.set({
      'Content-Type': type,
      'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': `${how.isPublic ? 'public' : 'private'}, no-cache`,
    });
    if (how.download || (!image && !isText)) response.set('Content-Disposition', contentDisposition(name));
  }
}
