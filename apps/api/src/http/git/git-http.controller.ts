import {
  FirstPushService,
  fullName,
  GIT_HOME,
  PushesService,
  RepositoriesService,
  RepositoryAccessService,
  type OpenRepository,
} from '@granary/forge';
import {
  gitProtocolOf,
  GitLimits,
  LastWords,
  readHead,
  readPushFormat,
  readUploadPackRequest,
  RefAdvertiser,
  serveClone,
  serveStateless,
  type GitHome,
  type PackCache,
  type PackService,
  type ServeResult,
  type UploadPackRequest,
} from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { formatServiceLine } from '@granary/wire';
import { Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { DecidedByHandler, InRepository } from '../../access/access.decorators';
import { claimantOf } from '../../flow/claimant';
import { Draining, RESTARTING } from '../../draining';
import { isDeparture, tellDeparture } from '../../errors/departure';
import { ErrorFilter } from '../../errors/error.filter';
import { LOGGER, PACK_CACHE } from '../../tokens';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { repositoryPathOf } from '../repository-path';
import { clientGone } from '../transfer/client-gone';
import { isGitThatKnowsFormats } from './client-make';
import { bodyFault, gitRequestBody } from './request-body';
import { hangUpOnUnreadBody } from './unread-body';

/** Negotiation is text; more than this is no client of ours. */
const MAX_NEGOTIATION_BYTES = 10 * 1024 * 1024;

/** git sends what is smaller in one piece, with its length (git-config(1), http.postBuffer). */
const SMALL_PUSH_BYTES = 1024 * 1024;

const NO_CACHE = {
  Expires: 'Fri, 01 Jan 1980 00:00:00 GMT',
  Pragma: 'no-cache',
  'Cache-Control': 'no-cache, max-age=0, must-revalidate',
};

function packService(name: unknown): PackService {
  if (name === 'git-upload-pack' || name === 'git-receive-pack') return name;
  throw new DomainError('forbidden', 'The dumb HTTP protocol is not served here.', {
    hint: 'Use a git client from 1.6.6 on; it speaks the smart protocol.',
  });
}

/** One POST. */
interface GitCall {
  request: HubRequest;
  response: Response;
  repositoryPath: string;
  /** Fires when the client has left. */
  signal: AbortSignal;
  /** Whether its work is soon done, as far as that can be told. */
  isSmall?: boolean;
}

function begin(response: Response, service: PackService): Response {
  return response.status(200).set({ ...NO_CACHE, 'Content-Type': `application/x-${service}-result` });
}

/** A failure that was answered already is nobody's any more. */
const unlessSent = (response: Response) => (error: unknown) => {
  if (!response.headersSent) throw error;
  return null;
};

/** Git over HTTP (gitprotocol-http(5)). Authorised by route and method alone. */
@Controller(':ns/:repo')
@Surface('git')
export class GitHttpController {
  constructor(
    private readonly access: RepositoryAccessService,
    private readonly repositories: RepositoriesService,
    private readonly pushes: PushesService,
    private readonly firstPush: FirstPushService,
    private readonly limits: GitLimits,
    private readonly advertiser: RefAdvertiser,
    private readonly outside: OutsideAddresses,
    private readonly errors: ErrorFilter,
    private readonly draining: Draining,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(PACK_CACHE) private readonly packs: PackCache | undefined,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Get('info/refs')
  @DecidedByHandler('the service decides between reading and pushing, which may create the repository')
  async refs(@Query('service') name: unknown, @Req() request: HubRequest, @Res() response: Response) {
    const service = packService(name);
    const opened = await this.open(service, request);
    if (opened.moved) {
      response.redirect(301, `${this.outside.baseUrl}/${fullName(opened.repository)}.git/info/refs?service=${service}`);
      return;
    }
    const anyFormat = service === 'git-receive-pack' ? await this.anyFormat(opened, request) : null;
    const advertisement =
      anyFormat ??
      (await this.advertiser.advertise({
        service,
        ...this.questioned(opened),
        protocol: gitProtocolOf(request.get('git-protocol')),
        signal: clientGone(response),
      }));
    response.status(200).set({ ...NO_CACHE, 'Content-Type': `application/x-${service}-advertisement` });
    if (Buffer.isBuffer(advertisement)) response.end(advertisement);
    else await pipeline(advertisement, response);
  }

  @Get('HEAD')
  @InRepository('read')
  async head(@Req() request: HubRequest, @Res() response: Response) {
    const opened = await this.open('git-upload-pack', request);
    const { ref, oid } = await readHead(this.git, this.pathOf(opened));
    response
      .status(200)
      .set(NO_CACHE)
      .type('text/plain')
      .send(ref ? `ref: ${ref}\n` : `${oid}\n`);
  }

  @Post('git-upload-pack')
  @DecidedByHandler('opens the repository for reading')
  async uploadPack(@Req() request: HubRequest, @Res() response: Response) {
    hangUpOnUnreadBody(request, response);
    const opened = await this.open('git-upload-pack', request);
    await this.serve('git-upload-pack', opened, { request, response });
  }

  @Post('git-receive-pack')
  @DecidedByHandler('opens the repository for writing')
  async receivePack(@Req() request: HubRequest, @Res() response: Response) {
    hangUpOnUnreadBody(request, response);
    const opened = await this.open('git-receive-pack', request);
    await this.serve('git-receive-pack', opened, { request, response });
  }

  private open(service: PackService, request: HubRequest): Promise<OpenRepository> {
    const path = repositoryPathOf(request);
    if (service === 'git-receive-pack') return this.pushes.openForPush(request.actor, path);
    return this.access.open(request.actor, path, 'read');
  }

  private pathOf(opened: OpenRepository): string {
    return this.repositories.storage.pathOf(opened.repository.id);
  }

  private questioned(opened: OpenRepository) {
    return { repositoryPath: this.pathOf(opened), isEmpty: opened.repository.isEmpty };
  }

  /** What only git itself is sure to understand: with the first push, whatever object format it has is welcome. */
  private async anyFormat(opened: OpenRepository, request: HubRequest): Promise<Buffer | null> {
    if (!isGitThatKnowsFormats(request.get('user-agent')) || !(await this.firstPush.isAhead(opened))) return null;
    const told = await this.advertiser.advertiseAnyFormat(this.pathOf(opened));
    return told && Buffer.concat([formatServiceLine('git-receive-pack'), told]);
  }

  private async serve(
    service: PackService,
    opened: OpenRepository,
    { request, response }: { request: HubRequest; response: Response },
  ): Promise<void> {
    if (request.get('content-type') !== `application/x-${service}-request`) {
      throw new DomainError('bad_request', `The content type must be application/x-${service}-request.`);
    }
    const call = { request, response, signal: clientGone(response), repositoryPath: this.pathOf(opened) };
    if (service === 'git-receive-pack') return this.push(call, opened);
    const protocol = gitProtocolOf(request.get('git-protocol'));
    const body = this.bodyOf(call, MAX_NEGOTIATION_BYTES);
    const asked = await readUploadPackRequest(body, protocol).catch(unlessSent(response));
    if (!asked) return;
    const refs = asked.kind === 'ls-refs' ? await this.advertiser.lsRefs(this.questioned(opened), asked.request) : null;
    if (refs) {
      asked.input.resume();
      begin(response, service).end(refs);
      return;
    }
    await this.limited('upload-pack', { ...call, isSmall: asked.kind !== 'clone' }, (computed) =>
      this.fetch({ ...call, computed }, { ...asked, protocol }),
    );
  }

  private async fetch(
    { repositoryPath, response, signal, computed }: GitCall & { computed: () => void },
    asked: UploadPackRequest & { protocol: string | undefined },
  ): Promise<ServeResult> {
    const { packs } = this;
    if (packs && asked.kind === 'clone') {
      const { request } = asked;
      const over = { signal: this.draining.over, text: RESTARTING };
      const served = await serveClone({
        ...{ packs, repositoryPath, request, output: response, signal },
        ...{ onComputed: computed, over },
      });
      if (served) {
        asked.input.resume();
        return served;
      }
    }
    const { protocol, input } = asked;
    const conversation = { repositoryPath, protocol, input, output: this.withLastWords(response), signal };
    return serveStateless(this.git, { ...conversation, service: 'git-upload-pack', packs });
  }

  private async push(call: GitCall, opened: OpenRepository): Promise<void> {
    const { repositoryPath, request, response, signal } = call;
    const protocol = gitProtocolOf(request.get('git-protocol'));
    const body = await this.pushBody(call, opened);
    if (!body) return;
    const output = this.withLastWords(response);
    const conversation = { repositoryPath, protocol, input: body.input, output, signal };
    const hooks = this.hooks(opened, call);
    const sizeBytes = request.get('content-length');
    const isSmall = Number(sizeBytes ?? Infinity) <= SMALL_PUSH_BYTES;
    const announcedBytes = Number(sizeBytes ?? 0);
    await this.firstPush.serve(opened, body.format, () =>
      this.limited('receive-pack', { ...call, isSmall }, () =>
        serveStateless(this.git, { ...conversation, service: 'git-receive-pack', hooks, announcedBytes }),
      ),
    );
    this.advertiser.refresh(repositoryPath);
  }

  /** With the object format of a first push. @returns null when what is wrong with it has been answered. */
  private async pushBody(call: GitCall, opened: OpenRepository) {
    const input = this.bodyOf(call);
    if (!opened.repository.isEmpty) return { input, format: null };
    return readPushFormat(input).catch(unlessSent(call.response));
  }

  /** In its turn. */
  private limited(
    operation: 'upload-pack' | 'receive-pack',
    call: GitCall,
    work: (computed: () => void) => Promise<ServeResult>,
  ) {
    const { repositoryPath, request, response, signal, isSmall } = call;
    const claimant = { ...claimantOf(request.actor, request.clientAddress), isSmall };
    return this.limits.run(operation, { repositoryPath, claimant, signal }, async (computed) => {
      // A fault of the body may have been answered meanwhile.
      if (response.headersSent) return;
      begin(response, `git-${operation}`);
      const { exitCode, isCut, stderr } = await work(computed);
      const { requestId } = request;
      if (isCut && signal.aborted) tellDeparture(this.log, signal.reason, { requestId, operation });
      if (exitCode === 0 || isCut) return;
      this.log.warn({ requestId, operation, exitCode, stderr }, 'git failed');
    });
  }

  /** At the hub's end its client is told so by the protocol's own means. */
  private withLastWords(response: Response): Writable {
    const words = new LastWords(RESTARTING, this.draining.over);
    // What a client does is known from the response; whoever writes learns of it from the words.
    pipeline(words, response).catch(() => words.destroy());
    return words;
  }

  /** A body that cannot be read is answered at once: before git, which only sees its input end, has its say. */
  private bodyOf({ request, response }: GitCall, maxBytes?: number): Readable {
    const input = gitRequestBody(request, maxBytes);
    input.once('error', (error) => {
      const fault = bodyFault(error);
      if (fault) this.errors.answer(fault, request, response);
    });
    return input;
  }

  private hooks(opened: OpenRepository, { request, signal }: Pick<GitCall, 'request' | 'signal'>) {
    const { requestId } = request;
    const hooks = this.pushes.hooks(request.actor, opened, 'http');
    return {
      ...hooks,
      requestId,
      onError: (err: unknown) => {
        if (isDeparture(err, signal.aborted)) tellDeparture(this.log, err, { requestId });
        else this.log.error({ err, requestId }, 'a push hook failed');
      },
    };
  }
}
