import type { Readable } from 'node:stream';
import { runGit, type GitHome } from '@granary/git-process';
import { Inject, Injectable } from '@nestjs/common';
import { GIT_HOME } from '../database/tokens';
import { LfsObjectsService } from '../lfs';
import { RepositoriesService, type Repository } from '../repositories';
import { archiveEtag, archiveHeaders, archiveName } from './archive-name';
import { planArchive, type ArchivePlan, type ResolveLfs } from './archive-plan';
import { parseArchiveRequest, resolveArchiveRequest, type ResolvedRef } from './archive-request';
import { openArchive } from './archive-stream';

/** An archive that is known to be whole before its first byte. */
export interface PreparedArchive {
  etag: string;
  headers: Record<string, string>;
  /** Checks everything and starts the stream; not called where the client has the archive already. */
  open(signal: AbortSignal): Promise<{ stream: Readable; plan: ArchivePlan }>;
}

const COMMIT_ID = /^[0-9a-f]{7,64}$/;

/** Archives that hold the files: what the tree names and what its LFS pointers stand for. */
@Injectable()
export class ArchivesService {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly objects: LfsObjectsService,
    @Inject(GIT_HOME) private readonly home: GitHome,
  ) {}

  /**
   * @param pathRest what follows `/-/archive/`, percent-decoded.
   * @throws DomainError `bad_request`, `not_found`; from `open` also `lfs_objects_missing`, `too_large`.
   */
  async prepare(repository: Repository, pathRest: string, query: Record<string, unknown>): Promise<PreparedArchive> {
    const request = parseArchiveRequest(pathRest, query);
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    const resolved = await resolveArchiveRequest(request, (ref) => this.resolveRef(repositoryPath, ref));
    const { format, paths, excludePaths, lfs, appendSha } = request;
    const { commit, kind } = resolved;
    const name = archiveName({ project: repository.name, resolved, paths, appendSha });
    const etag = archiveEtag({ commit, format: format.name, name, paths, excludePaths, lfs });
    const headers = archiveHeaders({
      name,
      format,
      etag,
      immutable: kind === 'commit',
      publiclyReadable: repository.visibility === 'public',
    });
    const open = async (signal: AbortSignal) => {
      const resolveLfs = this.resolverFor(repository.id);
      const where = { home: this.home, repositoryPath, signal };
      const plan = await planArchive({ ...where, commit, paths, excludePaths, lfs, resolveLfs });
      return { plan, stream: await openArchive({ ...where, plan, format, name }) };
    };
    return { etag, headers, open };
  }

  /** Through the links of this repository alone: a committed pointer grants nothing. */
  private resolverFor(repositoryId: number): ResolveLfs {
    return async (oids) => {
      const linked = await this.objects.linked(repositoryId, oids);
      return new Map(
        [...linked].map(([oid, object]) => [
          oid,
          {
            sizeBytes: object.sizeBytes,
            crc32: object.crc32,
            open: (signal: AbortSignal) => this.objects.read(object, { signal }),
          },
        ]),
      );
    };
  }

  private async resolveRef(repositoryPath: string, name: string): Promise<ResolvedRef | null> {
    const readings: [ResolvedRef['kind'], string][] = [
      ['branch', `refs/heads/${name}`],
      ['tag', `refs/tags/${name}`],
    ];
    if (COMMIT_ID.test(name)) readings.push(['commit', name]);
    if (name === 'HEAD') readings.push(['branch', 'HEAD']);
    for (const [kind, revision] of readings) {
      const { stdout, exitCode } = await runGit(this.home, {
        repositoryPath,
        args: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
        acceptExitCodes: [0, 1, 128],
        maxOutputBytes: 1024,
      });
      const commit = stdout.toString().trim();
      if (exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit))
        return { commit, ref: kind === 'commit' ? commit : name, kind };
    }
    return null;
  }
}
