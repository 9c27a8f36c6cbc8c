import type { Readable, Writable } from 'node:stream';
import {
  ArchivesService,
  CREDENTIAL_TTL_SECONDS,
  FirstPushService,
  fullName,
  GIT_HOME,
  LfsBatchService,
  noteOrigin,
  PushesService,
  RepositoriesService,
  RepositoryAccessService,
  SshKeysService,
  withOrigin,
  type Actor,
  type OpenRepository,
  type RepositoryPath,
} from '@granary/forge';
import {
  GitLimits,
  readPushFormat,
  RefAdvertiser,
  serveDuplex,
  type GitHome,
  type LimitedOperation,
  type ObjectFormat,
  type PackCache,
  type ServeResult,
} from '@granary/git-process';
import { DomainError, timeOrderedId } from '@granary/kernel';
import type { Config } from '@granary/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Draining, RESTARTING } from '../draining';
import { claimantOf } from '../flow/claimant';
import { asDomainError } from '../errors/as-domain-error';
import { isDeparture, tellDeparture } from '../errors/departure';
import { FailureCounts } from '../errors/failure-counts';
import { OutsideAddresses } from '../http/outside';
import { sshUrl } from '../http/presenters/repository.presenter';
import { CONFIG, LOGGER, PACK_CACHE } from '../tokens';
import { LfsOverSsh } from './lfs/lfs-over-ssh';
import { parseSshCommand, type GitService } from './ssh-command';
import type { SshCommands, SshRequest } from './ssh-session';
import { terminalError, terminalText } from './terminal-text';
import { uploadArchive } from './upload-archive';

const REFUSED = 1;
/** sh(1): no such command. git-lfs takes it for "not supported" and goes on over HTTP. */
const NO_SUCH_COMMAND = 127;
/** ssh(1): the connection broke. */
const CUT = 255;
const USER_NAME = 'git';

type PackService = Exclude<GitService, 'git-upload-archive'>;

const OPERATIONS: Record<PackService, LimitedOperation> = {
  'git-upload-pack': 'upload-pack',
  'git-receive-pack': 'receive-pack',
};

interface Call extends SshRequest {
  requestId: string;
  actor: Actor & { kind: 'user' };
}

/** What has been said of a push when git is started. */
interface Beginning {
  input: Readable;
  isAdvertised: boolean;
  format: ObjectFormat | null;
}

const asEver = ({ input }: Call): Beginning => ({ input, isAdvertised: false, format: null });

function say(output: Writable, text: string | Buffer): Promise<void> {
  // A client that has left misses it.
  return new Promise((resolve) => output.write(text, () => resolve()));
}

/** Rejects when the client has left. */
function departure(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = () => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

/** Git and Git LFS over SSH. Says how; the services decide what, as they do for HTTP. */
@Injectable()
export class GitOverSsh implements SshCommands {
  constructor(
    private readonly keys: SshKeysService,
    private readonly access: RepositoryAccessService,
    private readonly repositories: RepositoriesService,
    private readonly pushes: PushesService,
    private readonly firstPush: FirstPushService,
    private readonly advertiser: RefAdvertiser,
    private readonly batches: LfsBatchService,
    private readonly lfs: LfsOverSsh,
    private readonly archives: ArchivesService,
    private readonly limits: GitLimits,
    private readonly outside: OutsideAddresses,
    private readonly draining: Draining,
    private readonly failures: FailureCounts,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(PACK_CACHE) private readonly packs: PackCache | undefined,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  run(request: SshRequest): Promise<number> {
    return withOrigin({ via: 'ssh', address: request.address }, () => this.runAsOrigin(request));
  }

  private async runAsOrigin(request: SshRequest): Promise<number> {
    const requestId = timeOrderedId();
    const tell = () => void say(request.errorOutput, terminalText(RESTARTING));
    this.draining.over.addEventListener('abort', tell, { once: true });
    try {
      return await this.obey(request, requestId);
    } catch (thrown) {
      const isGone = request.signal.aborted;
      if (isDeparture(thrown, isGone)) {
        tellDeparture(this.log, thrown, { requestId });
        return CUT;
      }
      const error = asDomainError(thrown);
      if (this.failures.note(error)) {
        this.log.error({ requestId, code: error.code, err: error.cause ?? error }, 'an SSH command failed');
      }
      if (isGone) return CUT;
      await say(request.errorOutput, terminalError(error, requestId));
      return REFUSED;
    } finally {
      this.draining.over.removeEventListener('abort', tell);
    }
  }

  private async obey(request: SshRequest, requestId: string): Promise<number> {
    const { login } = request;
    // Asked anew for each command: a connection may outlive the key's registration, or the user's account.
    const actor = await this.keys.actorOf(login.fingerprint);
    if (!actor) throw new DomainError('unauthenticated', 'This SSH key is not registered any more.');
    noteOrigin({ actor });
    if (login.userName !== USER_NAME) {
      const hint = `You are ${actor.name} by your key. Use ${this.exampleUrl()}.`;
      throw new DomainError('forbidden', `The user name for SSH is "${USER_NAME}", not "${login.userName}".`, { hint });
    }
    const call = { ...request, requestId, actor };
    return request.command === null ? this.greet(call) : this.execute(call, request.command);
  }

  private async greet({ actor, errorOutput }: Call): Promise<number> {
    const text = terminalText(
      `Hi ${actor.name}! Your key works, but there is no shell here.`,
      `Clone with: git clone ${this.exampleUrl()}`,
    );
    await say(errorOutput, text);
    return REFUSED;
  }

  private async execute(call: Call, line: string): Promise<number> {
    const command = parseSshCommand(line);
    switch (command.kind) {
      case 'git':
        return this.serve(call, command.service, await this.open(call.actor, command.service, command.path));
      case 'lfs_authenticate':
        return this.authenticateLfs(call, command.operation, command.path);
      case 'lfs_transfer':
        if (this.config.sshLfs) return this.lfs.serve(call, command.path, command.operation);
        await say(call.errorOutput, terminalText('git-lfs-transfer is not offered here; LFS objects go over HTTP.'));
        return NO_SUCH_COMMAND;
      case 'refused':
        throw new DomainError('bad_request', command.reason, {
          hint: 'Over SSH there are git clone, fetch, push and archive --remote, and Git LFS.',
        });
    }
  }

  private open(actor: Actor, service: GitService, path: RepositoryPath): Promise<OpenRepository> {
    if (service === 'git-receive-pack') return this.pushes.openForPush(actor, path);
    return this.access.open(actor, path, 'read');
  }

  private async serve(call: Call, service: GitService, opened: OpenRepository): Promise<number> {
    const { requestId, protocol, output, errorOutput, signal } = call;
    const claimant = claimantOf(call.actor, '');
    if (opened.moved) await say(errorOutput, this.movedText(opened));
    if (service === 'git-upload-archive') {
      const asker = { claimant, signal };
      await uploadArchive(this.archives, { repository: opened.repository, input: call.input, output, asker });
      return 0;
    }
    const begun = service === 'git-receive-pack' ? await this.beginPush(call, opened) : asEver(call);
    const conversation = {
      repositoryPath: this.repositories.storage.pathOf(opened.repository.id),
      protocol,
      input: begun.input,
      isAdvertised: begun.isAdvertised,
      output,
      errorOutput,
      signal,
    };
    const inTurn = (work: () => Promise<ServeResult>) =>
      this.limits.run(OPERATIONS[service], { repositoryPath: conversation.repositoryPath, claimant, signal }, work);
    const result =
      service === 'git-receive-pack'
        ? await this.firstPush.serve(opened, begun.format, () =>
            inTurn(() => serveDuplex(this.git, { ...conversation, service, hooks: this.hooks(call, opened) })),
          )
        : await inTurn(() => serveDuplex(this.git, { ...conversation, service, packs: this.packs }));
    if (result.isCut && signal.aborted) tellDeparture(this.log, signal.reason, { requestId, service });
    if (result.exitCode !== 0 && !result.isCut) {
      this.log.warn({ requestId, service, exitCode: result.exitCode }, 'git failed over SSH');
    }
    return result.exitCode ?? CUT;
  }

  /**
   * Where the first push may still choose the object format, its client is told so and heard before git is started. Only
   * OpenSSH's, which git starts: libraries speak for themselves, and may know of one format only.
   */
  private async beginPush(call: Call, opened: OpenRepository): Promise<Beginning> {
    const { input, output, software, signal } = call;
    if (!software?.startsWith('OpenSSH_') || !(await this.firstPush.isAhead(opened))) return asEver(call);
    const told = await this.advertiser.advertiseAnyFormat(this.repositories.storage.pathOf(opened.repository.id));
    if (!told) return asEver(call);
    await say(output, told);
    const read = await Promise.race([readPushFormat(input), departure(signal)]);
    return { ...read, isAdvertised: true };
  }

  private hooks({ actor, requestId, signal }: Call, opened: OpenRepository) {
    return {
      ...this.pushes.hooks(actor, opened, 'ssh'),
      requestId,
      onError: (err: unknown) => {
        if (isDeparture(err, signal.aborted)) tellDeparture(this.log, err, { requestId });
        else this.log.error({ err, requestId }, 'a push hook failed');
      },
    };
  }

  /** git-lfs: docs/api/server-discovery.md, "SSH". */
  private async authenticateLfs(
    { actor, output }: Call,
    operation: 'upload' | 'download',
    path: RepositoryPath,
  ): Promise<number> {
    const opened = await this.access.open(actor, path, operation === 'upload' ? 'write' : 'read');
    const answer = {
      href: this.batches.root(opened),
      header: { Authorization: this.batches.authorization(actor, opened, operation) },
      expires_in: CREDENTIAL_TTL_SECONDS,
    };
    await say(output, `${JSON.stringify(answer)}\n`);
    return 0;
  }

  private movedText(opened: OpenRepository): string {
    const name = fullName(opened.repository);
    return terminalText(
      `This repository is called ${name} now. The old address still works; to use the new one:`,
      `  git remote set-url origin ${sshUrl(name, this.outside.ssh)}`,
    );
  }

  private exampleUrl(): string {
    return sshUrl('<namespace>/<name>', this.outside.ssh) ?? '';
  }
}
