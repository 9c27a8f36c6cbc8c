import { routes, type GitBlob, type GitTree } from '@granary/api-contract';
import { CatFilesService, fullName, type OpenRepository } from '@granary/forge';
import { listEntries, resolveName, type GitRepository } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { isOid } from '@granary/wire';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { OutsideAddresses } from '../outside';
import { BrowseReader } from '../pages/browse.reader';
import { urlsOf } from '../presenters/commit.presenter';
import { presentTree } from '../presenters/tree.presenter';
import { Route } from '../route';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';
import { namesFile } from './commit-of';
import { mediaForm } from './media-type';
import { sendBlob } from './send-blob';

/** GitHub's limit for one answer. */
const MAX_ENTRIES = 100_000;
/** Larger blobs are handed out in their raw form only: as base64 they would be held whole. */
const MAX_JSON_BLOB_BYTES = 10 * 1024 * 1024;

/** Trees and blobs of GitHub's "Git database". */
@Controller()
@Surface('rest')
@InRepository('read')
export class GitObjectsController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly catFiles: CatFilesService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.getGitTree)
  async tree(
    @Opened() opened: OpenRepository,
    @Param('sha') rest: unknown,
    @Query('recursive') recursive: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GitTree> {
    const bare = this.reader.bare(opened, clientGone(response));
    const sha = await this.treeOf(bare, wildcard(rest));
    // GitHub: any value, "0" and "false" among them, asks for all.
    const isRecursive = recursive !== undefined;
    const { records, isTruncated } = await listEntries(bare, { oid: sha, isRecursive, limit: MAX_ENTRIES });
    return presentTree(records, { sha, isTruncated, api: this.urls(opened) });
  }

  @Route(routes.getGitBlob)
  async blob(
    @Opened() opened: OpenRepository,
    @Param('sha') sha: string,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const bare = this.reader.bare(opened, clientGone(response));
    const objects = this.catFiles.open(bare.path);
    const blob = isOid(sha) ? await objects.info(sha) : null;
    if (blob?.type !== 'blob') throw new DomainError('not_found', 'Not Found');
    if (mediaForm(request, ['raw']) === 'raw') return sendBlob(bare, blob, { request, response });
    if (blob.sizeBytes > MAX_JSON_BLOB_BYTES) {
      throw new DomainError('too_large', 'This blob is too large for an answer in JSON.', {
        hint: 'Ask for it with "Accept: application/vnd.github.raw".',
      });
    }
    const whole = await objects.contents(blob.oid, { maxBytes: MAX_JSON_BLOB_BYTES });
    const answer: GitBlob = {
      sha,
      node_id: Buffer.from(`Blob:${sha}`).toString('base64'),
      size: blob.sizeBytes,
      url: `${this.urls(opened)}/git/blobs/${sha}`,
      content: whole?.data.toString('base64') ?? '',
      encoding: 'base64',
    };
    return response.json(answer);
  }

  /** A tree by its own id, by a commit's, or by a ref. */
  private async treeOf(bare: GitRepository, name: string): Promise<string> {
    const objects = this.catFiles.open(bare.path);
    const byId = isOid(name) ? await objects.info(`${name}^{tree}`) : null;
    const named = byId ? null : await resolveName(bare, name);
    if (named?.type === 'blob') throw namesFile(name, named.oid);
    const tree = byId ?? (named && (await objects.info(`${named.oid}^{tree}`)));
    if (!tree) throw new DomainError('not_found', 'Not Found');
    return tree.oid;
  }

  private urls({ repository }: OpenRepository): string {
    return urlsOf(fullName(repository), this.outside.baseUrl).api;
  }
}
