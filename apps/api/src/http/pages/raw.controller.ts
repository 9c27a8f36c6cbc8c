import { Readable } from 'node:stream';
import { findEntries, kindOf, realPath, resolveObject, type GitRepository } from '@granary/git-process';
import { lfsPlaceText } from '@granary/api-contract';
import {
  LfsObjectsService,
  readBlob,
  readTaggedBlob,
  type BlobContent,
  type LinkedObject,
  type OpenRepository,
} from '@granary/forge';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { DomainError, visible } from '@granary/kernel';
import { attachment } from '@granary/wire';
import type { Request, Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { clientGone } from '../transfer/client-gone';
import { sendObject } from '../transfer/send-object';
import { gitBlobBody } from '../git-blob-body';
import { LfsStates } from '../lfs-states';
import { sendBody } from '../send-body';
import { wildcard } from '../wildcard';
import { BrowseReader } from './browse.reader';
import { imageTypeOf } from './image-type';
import { mediaTypeOf } from './media-type';

/** Enough to tell text, images and pointers apart. */
const SNIFF_LIMIT_BYTES = 64 * 1024;

const TEXT = 'text/plain; charset=utf-8';

/** What a pointer of size 0 stands for, whatever its oid: git-lfs keeps no object for it. */
const EMPTY = {
  etag: '"empty"',
  sizeBytes: 0,
  open: () => Promise.resolve(Readable.from([])),
};

/** A file as it is. Nothing of it may run: sandboxed, never sniffed, text is plain and the rest an attachment. */
@Controller(':ns/:repo/-/raw')
@Surface('page')
@InRepository('read')
export class RawController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly objects: LfsObjectsService,
    private readonly states: LfsStates,
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
    const { blob, sha } = await this.blobAt(bare, wildcard(rest));
    const type = shownType(blob);
    this.setHeaders(response, blob, {
      isPublic: opened.repository.visibility === 'public',
      isAttachment: 'download' in query || !isShown(type),
    });
    if (blob.lfs && query['lfs'] !== 'false') {
      if (blob.lfs.sizeBytes === 0) return sendBody({ ...EMPTY, type }, { request, response });
      const object = await this.objectOf(opened, { sha, path: blob.path, oid: blob.lfs.oid, signal: bare.signal });
      requireSize(blob, object.sizeBytes);
      return sendObject(this.objects, { ...object, type }, { request, response });
    }
    const { oid, gitSizeBytes: sizeBytes } = blob;
    return sendBody(gitBlobBody(bare, { oid, sizeBytes, type: blob.lfs ? TEXT : type }), { request, response });
  }

  /** @throws DomainError `not_found`, which says where the object is when that is known; `gone` for a damaged one. */
  private async objectOf(
    { repository }: OpenRepository,
    { sha, path, oid, signal }: { sha: string; path: string; oid: string; signal?: AbortSignal },
  ): Promise<LinkedObject> {
    try {
      return await this.objects.requireLinked(repository.id, oid);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'not_found') throw error;
      const place = await this.states.elsewhere(repository, { sha, signal });
      if (place === null) throw error;
      const where = `.lfsconfig at this commit names ${lfsPlaceText(place)}`;
      throw new DomainError('not_found', `The content of ${visible(path)} is not in this repository: ${where}.`, {
        hint: 'Run "git lfs pull" in a clone, which gets it from there, or add ?lfs=false for the pointer itself.',
      });
    }
  }

  private async blobAt(bare: GitRepository, at: string): Promise<{ blob: BlobContent; sha: string }> {
    const { type, sha, path, ref } = await resolveObject(bare, at);
    const limitBytes = SNIFF_LIMIT_BYTES;
    if (type === 'blob' && path !== '') throw new DomainError('not_found', 'Path not found');
    if (type === 'blob') return { blob: await readTaggedBlob(bare, { oid: sha, name: ref, limitBytes }), sha };
    // A link that leads to no file of the repository is shown as it is.
    const file = await fileBehind(bare, { sha, path });
    const shown = file ?? (await realPath(bare, { sha, path, isFollowed: false }));
    return { blob: await readBlob(bare, { sha, path: shown, limitBytes }), sha };
  }

  private setHeaders(response: Response, blob: BlobContent, how: { isPublic: boolean; isAttachment: boolean }): void {
    response.set({
      'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': `${how.isPublic ? 'public' : 'private'}, no-cache`,
    });
    const name = blob.path.split('/').at(-1) ?? 'file';
    if (how.isAttachment) response.set('Content-Disposition', attachment(name));
  }
}

/** Where a symbolic link leads, if that is a file of the repository: as on GitHub its content stands for the link. */
async function fileBehind(bare: GitRepository, place: { sha: string; path: string }): Promise<string | null> {
  const path = await realPath(bare, { ...place, isFollowed: true });
  const [entry] = await findEntries(bare, { sha: place.sha, paths: [path] });
  return entry && kindOf(entry) === 'blob' ? path : null;
}

/** @throws DomainError `invalid`, as an archive with the file does: content that the commit does not name is not shown for it. */
function requireSize({ path, lfs }: BlobContent, sizeBytes: number): void {
  if (lfs?.sizeBytes === sizeBytes) return;
  throw new DomainError('invalid', `${visible(path)} gives another size than its LFS object has.`, {
    hint: 'Commit the file again, or add ?lfs=false for the pointer itself.',
  });
}

/** The media type that a browser is told. */
function shownType(blob: BlobContent): string {
  const image = blob.imageType ?? (blob.lfs ? imageTypeOf(blob.path) : null);
  const isText = blob.kind === 'text' || blob.kind === 'symlink' || blob.kind === 'too_large';
  return image ?? (isText ? TEXT : (mediaTypeOf(blob.path) ?? 'application/octet-stream'));
}

/** Everything else is offered for saving. */
const isShown = (type: string) => type === TEXT || type.startsWith('image/');
