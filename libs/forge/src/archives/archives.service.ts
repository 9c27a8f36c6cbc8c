import type { LfsPlace } from '@granary/api-contract';
import {
  findCompressors,
  type Claimant,
  type Compressor,
  type CompressorName,
  type GitHome,
} from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { FORGE_OPTIONS, GIT_HOME } from '../database/tokens';
import { LfsObjectsService, LfsServersService } from '../lfs';
import type { ForgeOptions } from '../options';
import { RepositoriesService, type Repository } from '../repositories';
import type { ArchiveBuild, ArchiveFacts, StartedArchive } from './builds/archive-build';
import { ArchiveBuilds } from './builds/archive-builds';
import { ArchiveCacheService, type KeptArchive } from './builds/archive-cache.service';
import { ARCHIVE_FORMATS, type ArchiveFormat } from './archive-format';
import { archiveFileName, archiveHeaders, archiveKey, archiveName } from './archive-name';
import { planArchive, type ArchivePlan, type ResolveLfs } from './plan/archive-plan';
import { archivePaths, parseArchiveRequest, requireFormat, resolveArchiveRequest } from './archive-request';
import { openArchive } from './archive-stream';
import { resolveRef } from './resolve-ref';

/** What was asked for, with its ref resolved. Nothing of it is checked or made yet. */
export interface PreparedArchive {
  repository: Repository;
  commit: string;
  format: ArchiveFormat;
  /** For downloads. */
  fileName: string;
  /** Stands before every path. */
  prefix: string;
  paths: readonly string[];
  excludePaths: readonly string[];
  lfs: boolean;
  missing: 'refuse' | 'pointer';
  /** Not the archive but its SHA-256 is wanted. */
  checksum: boolean;
  /** Asked for by commit id. */
  isImmutable: boolean;
  compressor: Compressor | undefined;
  /** Equal keys are equal bytes, inside the repository. `null` where the bytes may differ from one time to the next. */
  key: string | null;
}

/** Who wants an archive. */
export interface ArchiveAsker {
  /** Whose share of the builds it takes. */
  claimant: Claimant;
  /** Fires when the client has left. */
  signal: AbortSignal;
}

/** What an archive holds before compression. */
export interface ArchiveSurvey {
  /** Files, symlinks and submodules. */
  entries: number;
  /** Of git's own files, pointers among them. */
  gitBytes: number;
  /** Those whose objects are there. */
  lfsFiles: number;
  lfsBytes: number;
  missingLfsFiles: number;
  /** Where clients look for those; null: here. */
  missingPlace: LfsPlace | null;
}

/** What `git archive --remote` may ask for. */
export interface RemoteArchiveRequest {
  treeish: string;
  format: ArchiveFormat;
  prefix: string;
  paths: readonly string[];
}

/** Repositories whose packs are this part of the limit or more are measured before an archive begins. */
const MEASURED_SHARE = 1 / 100;
const STATS_AT_ONCE = 16;

/** Archives that hold the files: what the tree names and what its LFS pointers stand for. */
@Injectable()
export class ArchivesService implements OnApplicationShutdown {
  private readonly builds: ArchiveBuilds;
  private compressors: Promise<ReadonlyMap<CompressorName, Compressor>> | null = null;

  constructor(
    private readonly repositories: RepositoriesService,
    private readonly objects: LfsObjectsService,
    private readonly servers: LfsServersService,
    private readonly cache: ArchiveCacheService,
    @Inject(GIT_HOME) private readonly home: GitHome,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {
    const { spoolDir, cacheBytes, maxMinutes, buildsPerRepository, builds } = options.archives;
    const bounds = { maxMinutes, perRepository: buildsPerRepository, overall: builds };
    this.builds = new ArchiveBuilds({ directory: spoolDir, maxBytes: cacheBytes, ...bounds });
  }

  /** Those that this machine can make, the most common first. */
  async formats(): Promise<readonly ArchiveFormat[]> {
    const compressors = await this.findCompressors();
    return ARCHIVE_FORMATS.filter(
      ({ compression }) => compression === 'none' || compression === 'gzip' || compressors.has(compression),
    );
  }

  /**
   * @param pathRest what follows `/-/archive/`, percent-decoded.
   * @throws DomainError `bad_request`, `not_found`, `conflict` or `invalid` for a ref that is two things or no commit.
   */
  async prepare(repository: Repository, pathRest: string, query: Record<string, unknown>): Promise<PreparedArchive> {
    const request = parseArchiveRequest(pathRest, query, await this.formats());
    const resolved = await resolveArchiveRequest(request, (ref) => this.resolveRef(repository, ref));
    const { format, paths, appendSha } = request;
    const name = archiveName({ project: repository.name, resolved, paths, appendSha });
    return this.prepared(repository, {
      ...request,
      commit: resolved.commit,
      fileName: archiveFileName(name, format),
      prefix: `${name}/`,
      isImmutable: resolved.kind === 'commit',
    });
  }

  /** As {@link prepare}, for `git archive --remote`. */
  async prepareRemote(repository: Repository, input: RemoteArchiveRequest): Promise<PreparedArchive> {
    const { treeish, format, prefix } = input;
    const paths = archivePaths(input.paths, 'a path');
    requireFormat(input.format, await this.formats());
    const resolved = await this.resolveRef(repository, treeish);
    if (!resolved) throw new DomainError('not_found', `There is no branch, tag or commit "${treeish}".`);
    const { commit, kind } = resolved;
    const common = { excludePaths: [], lfs: true, missing: 'refuse', checksum: false } as const;
    return this.prepared(repository, {
      format,
      prefix,
      paths,
      ...common,
      commit,
      fileName: '',
      isImmutable: kind === 'commit',
    });
  }

  /** The archive where it was made before, or is just done. Who may read the repository must be decided by then. */
  async kept({ repository, key }: PreparedArchive): Promise<KeptArchive | null> {
    if (key === null) return null;
    const finished = this.finished(repository.id, key);
    return finished ?? (await this.cache.find({ repositoryId: repository.id, key }));
  }

  /** Hex SHA-256. @throws DomainError `not_found` for an archive that was not made yet. */
  async checksum({ repository, key, fileName }: PreparedArchive): Promise<string> {
    const id = key === null ? null : { repositoryId: repository.id, key };
    const known = id && (this.finished(id.repositoryId, id.key) ?? (await this.cache.checksum(id)));
    if (known) return known.sha256;
    throw new DomainError('not_found', `The checksum of ${fileName} is not known yet.`, {
      hint: 'It is computed while the archive is made: download the archive first.',
    });
  }

  /**
   * Checks all that the archive needs, as {@link open} would, and makes nothing.
   *
   * @throws DomainError as {@link open}.
   */
  async check(prepared: PreparedArchive, asker: ArchiveAsker): Promise<ArchiveFacts> {
    return this.inTurn(prepared, asker, async () => factsOf(await this.plan(prepared, asker.signal)));
  }

  /**
   * What is in the archive, before compression, also where LFS objects are missing.
   *
   * @throws DomainError `too_large`, `not_found` (a path), `rate_limited`.
   */
  async survey(prepared: PreparedArchive, asker: ArchiveAsker): Promise<ArchiveSurvey> {
    const input = { ...prepared, lfs: true, missing: 'pointer' } as const;
    const plan = await this.inTurn(prepared, asker, () => this.plan(input, asker.signal, { countsGitBytes: true }));
    const { entries, gitBytes, lfsBytes, lfsFiles, missingLfsFiles } = plan;
    const missingPlace = missingLfsFiles === 0 ? null : await this.missingPlace(prepared, asker.signal);
    return { entries, gitBytes: gitBytes ?? 0, lfsFiles: lfsFiles.length, lfsBytes, missingLfsFiles, missingPlace };
  }

  /**
   * The archive, made by now or joined on its way; every LFS object is known to be there. The caller owns the stream,
   * which fails when the archive cannot be finished.
   *
   * @throws DomainError `lfs_objects_missing`, `invalid`, `too_large`, `not_found` (a path), `rate_limited`.
   */
  async open(
    prepared: PreparedArchive,
    { claimant, signal }: ArchiveAsker,
  ): Promise<{ stream: Readable; facts: ArchiveFacts }> {
    signal.throwIfAborted();
    const build = await this.buildOf(prepared, claimant);
    const stream = build.read();
    const leave = (): void => void stream.destroy();
    signal.addEventListener('abort', leave, { once: true });
    stream.once('close', () => signal.removeEventListener('abort', leave));
    // Whoever reads it is told by the stream; until then by the line below.
    stream.on('error', () => undefined);
    try {
      return { stream, facts: await build.begun() };
    } catch (error) {
      stream.destroy();
      throw error;
    }
  }

  /** @param facts from {@link open} or {@link check}; a kept archive is repeatable. */
  headers(prepared: PreparedArchive, facts: ArchiveFacts): Record<string, string> {
    const { key, format, fileName, isImmutable, repository } = prepared;
    const etag = key !== null && facts.isRepeatable ? `"${key}"` : null;
    const publiclyReadable = repository.visibility === 'public';
    return {
      ...archiveHeaders({ fileName, format, etag, immutable: isImmutable, publiclyReadable }),
      ...(facts.missingLfsFiles > 0 ? { 'X-Missing-LFS-Objects': String(facts.missingLfsFiles) } : {}),
    };
  }

  onApplicationShutdown(): Promise<void> {
    return this.builds.close();
  }

  private async prepared(
    repository: Repository,
    input: Omit<PreparedArchive, 'repository' | 'compressor' | 'key'>,
  ): Promise<PreparedArchive> {
    const { commit, format, prefix, paths, excludePaths, lfs } = input;
    const compressor = (await this.findCompressors()).get(format.compression as CompressorName);
    const encoder = compressor?.version ?? process.versions.zlib;
    const identity = { commit, format: format.name, encoder, prefix, paths, excludePaths, lfs };
    const { missing, checksum, fileName, isImmutable } = input;
    // What is missing today may be here tomorrow.
    const key = missing === 'pointer' ? null : archiveKey(identity);
    return { ...identity, repository, format, missing, checksum, fileName, isImmutable, compressor, key };
  }

  private async buildOf(prepared: PreparedArchive, claimant: Claimant): Promise<ArchiveBuild> {
    const { repository, key } = prepared;
    const name = `${repository.id}/${key ?? `once-${crypto.randomUUID()}`}`;
    const found = this.builds.find(name);
    if (found) return found;
    return this.builds.begin(
      name,
      { repositoryId: repository.id, claimant },
      {
        start: (signal) => this.start(prepared, signal),
        keep: async (archive) => {
          if (key === null || !archive.facts.isRepeatable || this.options.archives.cacheBytes === 0) return null;
          // The readers have their bytes all the same.
          return this.cache.keep({ repositoryId: repository.id, key }, archive).catch(() => null);
        },
      },
    );
  }

  private inTurn<T>(
    { repository }: PreparedArchive,
    { claimant, signal }: ArchiveAsker,
    work: () => Promise<T>,
  ): Promise<T> {
    return this.builds.inTurn({ repositoryId: repository.id, claimant, signal }, work);
  }

  private async start(prepared: PreparedArchive, signal: AbortSignal): Promise<StartedArchive> {
    const plan = await this.plan(prepared, signal);
    const { format, compressor, prefix } = prepared;
    const where = { home: this.home, repositoryPath: this.pathOf(prepared), signal };
    const stream = await openArchive({ ...where, plan, format, compressor, prefix });
    // LFS content hardly shrinks: what cannot fit need not be written to the disk first.
    const fitsFile = format.compression !== 'none' || this.builds.fits(plan.lfsBytes);
    return { facts: factsOf(plan), stream, fitsFile };
  }

  private plan(
    prepared: PreparedArchive,
    signal: AbortSignal,
    { countsGitBytes = false }: { countsGitBytes?: boolean } = {},
  ): Promise<ArchivePlan> {
    const { repository, commit, paths, excludePaths, lfs, missing } = prepared;
    const { maxEntries, maxContentBytes } = this.options.archives;
    return planArchive({
      git: this.repositories.open(repository, signal),
      ...{ commit, paths, excludePaths, lfs, missing, maxEntries, maxContentBytes },
      resolveLfs: this.resolverFor(repository.id),
      locateMissing: () => this.missingPlace(prepared, signal),
      countsGitBytes: countsGitBytes || repository.gitSizeBytes > maxContentBytes * MEASURED_SHARE,
    });
  }

  private finished(repositoryId: number, key: string): KeptArchive | null {
    const build = this.builds.find(`${repositoryId}/${key}`);
    const finished = build?.finished;
    if (!build || !finished?.facts.isRepeatable) return null;
    const { sizeBytes, sha256 } = finished;
    return { sizeBytes, sha256, open: async (range) => build.read(range), locate: async () => null };
  }

  /** Through the links of this repository alone: a committed pointer grants nothing. */
  private resolverFor(repositoryId: number): ResolveLfs {
    return async (oids) => {
      const linked = [...(await this.objects.linked(repositoryId, oids)).values()];
      const found = new Map();
      for (let at = 0; at < linked.length; at += STATS_AT_ONCE) {
        const some = linked.slice(at, at + STATS_AT_ONCE);
        const there = await Promise.all(some.map((object) => this.objects.isThere(object)));
        for (const object of some.filter((_, index) => there[index])) {
          const { oid, sizeBytes, crc32 } = object;
          const open = (signal: AbortSignal) => this.objects.read(object, { signal });
          found.set(oid, { sizeBytes, crc32, open });
        }
      }
      return found;
    };
  }

  private missingPlace({ repository, commit }: PreparedArchive, signal: AbortSignal): Promise<LfsPlace | null> {
    return this.servers.within(repository, signal).downloadsOf(commit);
  }

  private resolveRef(repository: Repository, name: string) {
    return resolveRef(this.repositories.open(repository), name);
  }

  private pathOf({ repository }: PreparedArchive): string {
    return this.repositories.storage.pathOf(repository.id);
  }

  private findCompressors(): Promise<ReadonlyMap<CompressorName, Compressor>> {
    return (this.compressors ??= findCompressors(this.home.searchPath, this.home.launcher));
  }
}

function factsOf({ isRepeatable, missingLfsFiles }: ArchivePlan): ArchiveFacts {
  return { isRepeatable, missingLfsFiles };
}
