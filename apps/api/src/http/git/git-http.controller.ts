import {
  fullName,
  GIT_HOME,
  GitTransportService,
  RepositoriesService,
  type Exchange,
  type OpenRepository,
} from '@granary/forge';
import {
  gitProtocolOf,
  LastWords,
  readHead,
  readPushFormat,
  readUploadPackRequest,
  type GitHome,
  type PackService,
  type ServeResult,
} from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DecidedByHandler, InRepository } from '../../access/access.decorators';
import { claimantOf } from '../../flow/claimant';
import { Draining, RESTARTING } from '../../draining';
import { ErrorFilter } from '../../errors/error.filter';
import { GitOutcomes } from '../../errors/git-outcomes';
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
  service: PackService;
  opened: OpenRepository;
  request: HubRequest;
  response: Response;
  protocol: string | undefined;
  /** Fires when the client has left. */
  signal: AbortSignal;
}

/** A failure that was answered already is nobody's any more. */
const unlessSent = (response: Response) => (error: unknown) => {
  if (!response.headersSent) throw error;
  return null;
};

/** Git over HTTP (gitprotocol-http(5)): headers and bodies. What becomes of them is decided by the transport. */
@Controller(':ns/:repo')
@Surface('git')
export class GitHttpController {
  constructor(
    private readonly transport: GitTransportService,
    private readonly repositories: RepositoriesService,
    private readonly outside: OutsideAddresses,
    private readonly errors: ErrorFilter,
    private readonly outcomes: GitOutcomes,
    private readonly draining: Draining,
    @Inject(GIT_HOME) private readonly git: GitHome,
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
    const advertisement = await this.transport.advertise(opened, service, {
      protocol: gitProtocolOf(request.get('git-protocol')),
      signal: clientGone(response),
      knowsFormats: isGitThatKnowsFormats(request.get('user-agent')),
    });
    response.status(200).set({ ...NO_CACHE, 'Content-Type': `application/x-${service}-advertisement` });
    if (Buffer.isBuffer(advertisement)) response.end(advertisement);
    else await pipeline(advertisement, response);
  }

  @Get('HEAD')
  @InRepository('read')
  async head(@Req() request: HubRequest, @Res() response: Response) {
    const { repository } = await this.open('git-upload-pack', request);
    const { ref, oid } = await readHead(this.git, this.repositories.storage.pathOf(repository.id));
    response
      .status(200)
      .set(NO_CACHE)
      .type('text/plain')
      .send(ref ? `ref: ${ref}\n` : `${oid}\n`);
  }

  @Post('git-upload-pack')
  @DecidedByHandler('opens the repository for reading')
  async uploadPack(@Req() request: HubRequest, @Res() response: Response) {
    const call = await this.called('git-upload-pack', request, response);
    const asked = await this.asked(call);
    if (!asked) return;
    const refs = asked.kind === 'ls-refs' ? await this.transport.lsRefs(call.opened, asked.request) : null;
    if (refs) {
      asked.input.resume();
      begin(call).end(refs);
      return;
    }
    const start = asked.kind === 'ls-refs' ? ({ kind: 'other', input: asked.input } as const) : asked;
    const exchange = this.exchange(call, { input: asked.input, isSmall: start.kind !== 'clone' });
    this.tell(await this.transport.fetch(call.opened, exchange, start), call);
  }

  @Post('git-receive-pack')
  @DecidedByHandler('opens the repository for writing')
  async receivePack(@Req() request: HubRequest, @Res() response: Response) {
    const call = await this.called('git-receive-pack', request, response);
    const body = await this.pushBody(call);
    if (!body) return;
    const sizeBytes = request.get('content-length');
    const isSmall = Number(sizeBytes ?? Infinity) <= SMALL_PUSH_BYTES;
    const start = { format: body.format, announcedBytes: Number(sizeBytes ?? 0) };
    this.tell(await this.transport.push(call.opened, this.exchange(call, { input: body.input, isSmall }), start), call);
  }

  private open(service: PackService, request: HubRequest): Promise<OpenRepository> {
    return this.transport.open(request.actor, service, repositoryPathOf(request));
  }

  private async called(service: PackService, request: HubRequest, response: Response): Promise<GitCall> {
    hangUpOnUnreadBody(request, response);
    const opened = await this.open(service, request);
    if (request.get('content-type') !== `application/x-${service}-request`) {
      throw new DomainError('bad_request', `The content type must be application/x-${service}-request.`);
    }
    const protocol = gitProtocolOf(request.get('git-protocol'));
    return { service, opened, request, response, protocol, signal: clientGone(response) };
  }

  /** @returns null when what is wrong with the request has been answered. */
  private asked(call: GitCall) {
    const body = this.bodyOf(call, MAX_NEGOTIATION_BYTES);
    return readUploadPackRequest(body, call.protocol).catch(unlessSent(call.response));
  }

  /** With the object format of a first push. @returns null when what is wrong with it has been answered. */
  private async pushBody(call: GitCall) {
    const input = this.bodyOf(call);
    if (!call.opened.repository.isEmpty) return { input, format: null };
    return readPushFormat(input).catch(unlessSent(call.response));
  }

  private exchange(call: GitCall, { input, isSmall }: { input: Readable; isSmall: boolean }): Exchange {
    const { request, response, protocol, signal } = call;
    const { actor, clientAddress, requestId } = request;
    return {
      ...{ kind: 'exchange', actor, requestId, protocol, input, signal },
      // Small: its work is soon done, as far as that can be told.
      claimant: { ...claimantOf(actor, clientAddress), isSmall },
      begin: (by) => {
        // A fault of the body may have been answered meanwhile.
        if (response.headersSent) return null;
        return by === 'git' ? this.withLastWords(begin(call)) : begin(call);
      },
      over: { signal: this.draining.over, text: RESTARTING },
      onHookError: (error) => this.outcomes.hookFailed(error, { requestId, signal }),
    };
  }

  private tell(result: ServeResult | null, { request: { requestId }, service, signal }: GitCall): void {
    if (result) this.outcomes.tell(result, { requestId, operation: service.slice('git-'.length), signal });
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
}

function begin({ response, service }: GitCall): Response {
  return response.status(200).set({ ...NO_CACHE, 'Content-Type': `application/x-${service}-result` });
}
