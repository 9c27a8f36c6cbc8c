import type { Readable } from 'node:stream';
import {
  GitLimits,
  RefAdvertiser,
  serveClone,
  serveDuplex,
  serveStateless,
  type GitHome,
  type LimitedOperation,
  type PackCache,
  type PackService,
  type PushHooks,
  type ServeResult,
} from '@granary/git-process';
import { formatServiceLine, type LsRefsRequest } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { GIT_HOME, PACK_CACHE } from '../database/tokens';
import type { Actor } from '../identity';
import { FirstPushService, PushesService } from '../pushes';
import {
  RepositoriesService,
  RepositoryAccessService,
  type OpenRepository,
  type RepositoryPath,
} from '../repositories';
import type { Carried, FetchStart, PushStart } from './conversation';

export interface AdvertiseOptions {
  protocol: string | undefined;
  signal: AbortSignal;
  /** Whether the client is git itself, and takes a repository of either object format. */
  knowsFormats: boolean;
}

/**
 * The way of every fetch and push, over HTTP, SSH and whatever comes: opened for who asks, served in its turn, with
 * the caches and hooks that belong to it. Those who carry it translate headers and channels, and decide nothing.
 */
@Injectable()
export class GitTransportService {
  constructor(
    private readonly access: RepositoryAccessService,
    private readonly repositories: RepositoriesService,
    private readonly pushes: PushesService,
    private readonly firstPush: FirstPushService,
    private readonly limits: GitLimits,
    private readonly advertiser: RefAdvertiser,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(PACK_CACHE) private readonly packs: PackCache | undefined,
  ) {}

  /** A push may create the repository. @throws DomainError as `RepositoryAccessService.open` does. */
  open(actor: Actor, service: PackService | 'git-upload-archive', path: RepositoryPath): Promise<OpenRepository> {
    if (service === 'git-receive-pack') return this.pushes.openForPush(actor, path);
    return this.access.open(actor, path, 'read');
  }

  /** The body of `GET info/refs?service=…` (gitprotocol-http(5)). */
  async advertise(opened: OpenRepository, service: PackService, options: AdvertiseOptions): Promise<Buffer | Readable> {
    const { protocol, signal, knowsFormats } = options;
    if (service === 'git-receive-pack' && knowsFormats) {
      const told = await this.advertiseAnyFormat(opened);
      if (told) return Buffer.concat([formatServiceLine(service), told]);
    }
    return this.advertiser.advertise({ service, ...this.advertisedBy(opened), protocol, signal });
  }

  /**
   * What only git itself is sure to understand: the first push may bring whatever object format it has.
   *
   * @returns null where that is settled.
   */
  async advertiseAnyFormat(opened: OpenRepository): Promise<Buffer | null> {
    if (!(await this.firstPush.isAhead(opened))) return null;
    return this.advertiser.advertiseAnyFormat(this.pathOf(opened));
  }

  /** The answer to `ls-refs` (gitprotocol-v2(5)); null where git should give it. */
  lsRefs(opened: OpenRepository, request: LsRefsRequest): Promise<Buffer | null> {
    return this.advertiser.lsRefs(this.advertisedBy(opened), request);
  }

  /** @returns null when the client was answered before it began. @throws DomainError `unavailable` out of turn. */
  fetch(opened: OpenRepository, carried: Carried, start: FetchStart): Promise<ServeResult | null> {
    return this.inTurn('upload-pack', { opened, carried }, async (computed) => {
      if (carried.kind === 'connection') {
        return serveDuplex(this.git, {
          ...this.duplex(opened, carried),
          service: 'git-upload-pack',
          packs: this.packs,
        });
      }
      const output = carried.begin('hub');
      if (!output) return null;
      const { packs } = this;
      const { signal, over, protocol } = carried;
      const repositoryPath = this.pathOf(opened);
      if (packs && start.kind === 'clone') {
        const { request } = start;
        const served = await serveClone({
          ...{ packs, repositoryPath, request, output, signal, onComputed: computed, over },
        });
        if (served) {
          start.input.resume();
          return served;
        }
      }
      const answer = carried.begin('git');
      if (!answer) return null;
      const conversation = { repositoryPath, protocol, input: start.input, output: answer, signal };
      return serveStateless(this.git, { ...conversation, service: 'git-upload-pack', packs });
    });
  }

  /** As {@link fetch}. @throws DomainError `conflict` for a first push in another format than was chosen. */
  async push(opened: OpenRepository, carried: Carried, start: PushStart): Promise<ServeResult | null> {
    const service = 'git-receive-pack';
    const hooks = this.hooks(opened, carried);
    const result = await this.firstPush.serve(opened, start.format, () =>
      this.inTurn('receive-pack', { opened, carried }, async () => {
        if (carried.kind === 'connection') {
          return serveDuplex(this.git, { ...this.duplex(opened, carried), service, hooks });
        }
        const output = carried.begin('git');
        if (!output) return null;
        const { protocol, input, signal } = carried;
        const conversation = { repositoryPath: this.pathOf(opened), protocol, input, output, signal };
        return serveStateless(this.git, { ...conversation, service, hooks, announcedBytes: start.announcedBytes });
      }),
    );
    // Who pushed asks for the refs next, or who waits for the push does.
    this.advertiser.refresh(this.pathOf(opened));
    return result;
  }

  private inTurn<T>(
    operation: LimitedOperation,
    { opened, carried }: { opened: OpenRepository; carried: Carried },
    work: (computed: () => void) => Promise<T>,
  ): Promise<T> {
    const { claimant, signal } = carried;
    return this.limits.run(operation, { repositoryPath: this.pathOf(opened), claimant, signal }, work);
  }

  private duplex(opened: OpenRepository, carried: Extract<Carried, { kind: 'connection' }>) {
    const { protocol, input, output, errorOutput, isAdvertised, signal } = carried;
    return { repositoryPath: this.pathOf(opened), protocol, input, output, errorOutput, isAdvertised, signal };
  }

  private hooks(opened: OpenRepository, { actor, requestId, kind, onHookError }: Carried): PushHooks {
    const hooks = this.pushes.hooks(actor, opened, kind === 'exchange' ? 'http' : 'ssh');
    return { ...hooks, requestId, onError: onHookError };
  }

  private advertisedBy(opened: OpenRepository) {
    return { repositoryPath: this.pathOf(opened), isEmpty: opened.repository.isEmpty };
  }

  private pathOf({ repository }: OpenRepository): string {
    return this.repositories.storage.pathOf(repository.id);
  }
}
