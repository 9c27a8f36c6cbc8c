import type { Readable, Writable } from 'node:stream';
import {
  ArchivesService,
  CREDENTIAL_TTL_SECONDS,
  fullName,
  GitTransportService,
  LfsBatchService,
  noteOrigin,
  RepositoryAccessService,
  SshKeysService,
  withOrigin,
  type Actor,
  type Connection,
  type OpenRepository,
  type RepositoryPath,
} from '@granary/forge';
import { readPushFormat, type ObjectFormat } from '@granary/git-process';
import { DomainError, timeOrderedId } from '@granary/kernel';
import type { Config } from '@granary/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Draining, RESTARTING } from '../draining';
import { claimantOf } from '../flow/claimant';
import { asDomainError } from '../errors/as-domain-error';
import { isDeparture, tellDeparture } from '../errors/departure';
import { GitOutcomes } from '../errors/git-outcomes';
import { FailureCounts } from '../errors/failure-counts';
import { OutsideAddresses } from '../http/outside';
import { sshUrl } from '../http/presenters/repository.presenter';
import { CONFIG, LOGGER } from '../tokens';
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

interface Call extends SshRequest {
  requestId: string;
  actor: Actor & { kind: 'user' };
}

/** What has been said of a push when git is started. */
interface PushOpening {
  input: Readable;
  isAdvertised: boolean;
  format: ObjectFormat | null;
}

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
    private readonly transport: GitTransportService,
    private readonly batches: LfsBatchService,
    private readonly lfs: LfsOverSsh,
    private readonly archives: ArchivesService,
    private readonly outcomes: GitOutcomes,
    private readonly outside: OutsideAddresses,
    private readonly draining: Draining,
    private readonly failures: FailureCounts,
    @Inject(CONFIG) private readonly config: Config,
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
        return this.serve(call, command.service, await this.transport.open(call.actor, command.service, command.path));
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

  private async serve(call: Call, service: GitService, opened: OpenRepository): Promise<number> {
    const { requestId, output, errorOutput, signal } = call;
    const claimant = claimantOf(call.actor, '');
    if (opened.moved) await say(errorOutput, this.movedText(opened));
    if (service === 'git-upload-archive') {
      const asker = { claimant, signal };
      await uploadArchive(this.archives, { repository: opened.repository, input: call.input, output, asker });
      return 0;
    }
    const result = service === 'git-receive-pack' ? await this.push(call, opened) : await this.fetch(call, opened);
    const operation = service.slice('git-'.length);
    if (result) this.outcomes.tell(result, { requestId, operation, signal });
    return result?.exitCode ?? CUT;
  }

  private fetch(call: Call, opened: OpenRepository) {
    const { input } = call;
    return this.transport.fetch(opened, this.connection(call, { input, isAdvertised: false }), {
      kind: 'other',
      input,
    });
  }

  private async push(call: Call, opened: OpenRepository) {
    const { format, ...heard } = await this.hear(call, opened);
    return this.transport.push(opened, this.connection(call, heard), { format });
  }

  private connection(call: Call, heard: Pick<Connection, 'input' | 'isAdvertised'>): Connection {
    const { actor, requestId, protocol, output, errorOutput, signal } = call;
    return {
      ...{ kind: 'connection', actor, requestId, protocol, output, errorOutput, signal, ...heard },
      claimant: claimantOf(actor, ''),
      onHookError: (error) => this.outcomes.hookFailed(error, { requestId, signal }),
    };
  }

  /**
   * Where the first push may still choose the object format, its client is told so and heard before git is started. Only
   * OpenSSH's, which git starts: libraries speak for themselves, and may know of one format only.
   */
  private async hear(call: Call, opened: OpenRepository): Promise<PushOpening> {
    const { input, output, software, signal } = call;
    const told = software?.startsWith('OpenSSH_') ? await this.transport.advertiseAnyFormat(opened) : null;
    if (!told) return { input, isAdvertised: false, format: null };
    await say(output, told);
    const read = await Promise.race([readPushFormat(input), departure(signal)]);
    return { ...read, isAdvertised: true };
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
