import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from './actor';
import type { Hub, HubAt } from './hub';
import { run, runOk, type RunOptions, type RunResult } from './run';

/** Where ssh(1) knocks: the hub's own server unless told. */
export interface SshDoor {
  port: number;
  account: string;
}

/** An actor who has a key of their own, registered with the hub or not, and OpenSSH's client. */
export class SshActor<H extends HubAt = Hub> {
  /** The key's id with the hub; null when it is not registered. */
  keyId: number | null = null;

  private constructor(
    readonly actor: Actor<H>,
    readonly keyPath: string,
    private readonly door: SshDoor,
  ) {}

  static async create<H extends HubAt>(
    actor: Actor<H>,
    options: { type?: string; register?: boolean; door?: SshDoor } = {},
  ): Promise<SshActor<H>> {
    const { type = 'ed25519', register = true } = options;
    const keyPath = join(actor.home, `id-${type}-${register ? 'known' : 'unknown'}`);
    await runOk('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', actor.name, '-f', keyPath]);
    const mine = new SshActor(actor, keyPath, options.door ?? { port: actor.hub.sshPort, account: 'git' });
    if (!register) return mine;
    const body = { title: type, key: readFileSync(`${keyPath}.pub`, 'utf8') };
    const answer = await actor.api<{ id: number }>('POST', '/api/v3/user/keys', body);
    if (answer.status !== 201) throw new Error(`registering a key: ${answer.status} ${JSON.stringify(answer.body)}`);
    mine.keyId = answer.body.id;
    return mine;
  }

  /** With a key that was made, and registered or not, before. */
  static with<H extends HubAt>(actor: Actor<H>, keyPath: string): SshActor<H> {
    return new SshActor(actor, keyPath, { port: actor.hub.sshPort, account: 'git' });
  }

  /** The remote of `path` (`owner/name`). */
  remote(path: string): string {
    return `ssh://${this.door.account}@127.0.0.1:${this.door.port}/${path}.git`;
  }

  /** Options of ssh(1) that let nothing of the machine's own configuration in. */
  get options(): string[] {
    return [
      ...['-F', 'none', '-i', this.keyPath, '-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none'],
      ...['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=accept-new', '-o', 'LogLevel=ERROR'],
      ...['-o', `UserKnownHostsFile=${join(this.actor.home, 'known_hosts')}`, '-o', 'GlobalKnownHostsFile=none'],
    ];
  }

  get env(): NodeJS.ProcessEnv {
    return { ...this.actor.env, GIT_SSH_COMMAND: ['ssh', ...this.options].join(' ') };
  }

  git(args: string[], options: RunOptions = {}): Promise<RunResult> {
    return run('git', args, { ...options, env: { ...this.env, ...options.env } });
  }

  /** @returns git's standard output. @throws Error when its status is not 0. */
  gitOk(args: string[], options: RunOptions = {}): Promise<string> {
    return runOk('git', args, { ...options, env: { ...this.env, ...options.env } });
  }

  /** Runs `command` on the hub as ssh(1) does; a shell is asked for when it is left out. */
  ssh(command?: string, { args = [], user = this.door.account, env = {} }: SshOptions = {}): Promise<RunResult> {
    return run('ssh', this.argumentsFor(command, { args, user }), { env: { ...this.actor.env, ...env } });
  }

  /** The arguments with which ssh(1) runs `command` on the hub. */
  argumentsFor(command?: string, { args = [], user = this.door.account }: Omit<SshOptions, 'env'> = {}): string[] {
    const where = ['-p', String(this.door.port), `${user}@127.0.0.1`];
    return [...this.options, ...args, ...where, ...(command === undefined ? [] : [command])];
  }
}

export interface SshOptions {
  args?: string[];
  user?: string;
  env?: NodeJS.ProcessEnv;
}
