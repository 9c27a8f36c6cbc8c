import { branchRef, fullRefName, pageBelow, routes, type ArchiveInfo } from '@granary/api-contract';
import {
  ArchivesService,
  fullName,
  type ArchiveFormat,
  type OpenRepository,
  type PreparedArchive,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { askerOf, sendArchive } from '../archive/send-archive';
import { OutsideAddresses } from '../outside';
import { Route } from '../route';
import { wildcard } from '../wildcard';

type ArchiveQuery = Record<string, unknown>;

/** One value of a query parameter that may stand there once. @throws DomainError `bad_request` */
function single(query: ArchiveQuery, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new DomainError('bad_request', `The parameter "${name}" may stand there once.`);
}

/**
 * Archives for programs: GitHub's `zipball` and `tarball`, and `archive`, which takes every format and the parameters of
 * the archive URLs (docs/archives.md). The bytes come with the answer itself, not from another address.
 */
@Controller()
@Surface('rest')
@InRepository('read')
export class RestArchivesController {
  constructor(
    private readonly archives: ArchivesService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.getZipball)
  async zipball(
    @Opened() opened: OpenRepository,
    @Param('ref') ref: unknown,
    @Query() query: ArchiveQuery,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    await this.send(await this.prepare(opened, { ref: refOf(ref), format: 'zip', query }), { request, response });
  }

  @Route(routes.getTarball)
  async tarball(
    @Opened() opened: OpenRepository,
    @Param('ref') ref: unknown,
    @Query() query: ArchiveQuery,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    await this.send(await this.prepare(opened, { ref: refOf(ref), format: 'tar.gz', query }), { request, response });
  }

  @Route(routes.getArchive)
  async archive(
    @Opened() opened: OpenRepository,
    @Query() query: ArchiveQuery,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const body = { ref: single(query, 'ref'), format: single(query, 'format') ?? 'zip', query };
    await this.send(await this.prepare(opened, body), { request, response });
  }

  @Route(routes.getArchiveInfo)
  async info(
    @Opened() opened: OpenRepository,
    @Query() query: ArchiveQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ArchiveInfo> {
    const ref = single(query, 'ref') ?? defaultOf(opened);
    const formats = await this.archives.formats();
    const all = await Promise.all(
      formats.map(async (format) => ({
        format,
        prepared: await this.prepare(opened, { ref, format: format.name, query }),
      })),
    );
    const first = all[0]?.prepared;
    if (!first) throw new DomainError('internal', 'No archive format is known.');
    const survey = await this.archives.survey(first, askerOf(response));
    return {
      ref,
      sha: first.commit,
      entries: survey.entries,
      git_bytes: survey.gitBytes,
      lfs_files: survey.lfsFiles,
      lfs_bytes: survey.lfsBytes,
      missing_lfs_files: survey.missingLfsFiles,
      missing_lfs_elsewhere: survey.missingPlace,
      formats: await Promise.all(all.map((each) => this.presentFormat(opened, { ...each, ref, query }))),
    };
  }

  private async presentFormat(
    { repository }: OpenRepository,
    body: { format: ArchiveFormat; prepared: PreparedArchive; ref: string; query: ArchiveQuery },
  ): Promise<ArchiveInfo['formats'][number]> {
    const kept = await this.archives.kept(body.prepared);
    const address = pageBelow(`${this.outside.baseUrl}/${fullName(repository)}`, 'archive', body.ref);
    const url = (lfs: boolean) => {
      const parameters = new URLSearchParams();
      for (const value of [body.query['path'] ?? []].flat()) parameters.append('path', String(value));
      if (!lfs) parameters.set('lfs', 'false');
      const text = parameters.toString();
      return `${address}.${body.format.name}${text === '' ? '' : `?${text}`}`;
    };
    return {
      name: body.format.name,
      url: url(true),
      url_without_lfs: url(false),
      ready: kept && { size: kept.sizeBytes, sha256: kept.sha256 },
    };
  }

  /** The same reading of names as the archive URLs have. */
  private prepare(
    opened: OpenRepository,
    { ref, format, query }: { ref: string | undefined; format: string; query: ArchiveQuery },
  ): Promise<PreparedArchive> {
    return this.archives.prepare(opened.repository, `${ref ?? defaultOf(opened)}.${format}`, query);
  }

  private send(prepared: PreparedArchive, exchange: { request: Request; response: Response }): Promise<void> {
    return sendArchive(this.archives, prepared, exchange);
  }
}

/** In full: a tag of the same name would make the short one ambiguous. */
const defaultOf = ({ repository }: OpenRepository) => fullRefName(branchRef(repository.defaultBranch));

const refOf = (parameter: unknown): string | undefined => wildcard(parameter) || undefined;
