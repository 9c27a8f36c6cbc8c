import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sshFingerprint } from '@granary/wire';
import type { Keyring } from '../public-key-login';
import { SshServer, type SshServerOptions } from '../ssh-server';
import type { SshRequest } from '../ssh-session';

export interface SshResult {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

export interface ClientKey {
  path: string;
  fingerprint: string;
}

/** A server on a port of its own, and OpenSSH's client with keys and known hosts of its own. */
export class SshBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'granary-ssh-'));
  readonly registered = new Set<string>();
  readonly errors: unknown[] = [];
  port = 0;
  private server: SshServer | undefined;
  private readonly children = new Set<ChildProcess>();

  get hostKeysDir(): string {
    return join(this.directory, 'host-keys');
  }

  /** Each start is a server with the same host keys. */
  async start(run: (request: SshRequest) => Promise<number>, options: Partial<SshServerOptions> = {}): Promise<void> {
    const keyring: Keyring = { isRegistered: (fingerprint) => Promise.resolve(this.registered.has(fingerprint)) };
    const onError = (error: unknown) => this.errors.push(error);
    this.server = new SshServer({ keyring, commands: { run }, onError, ...options });
    await this.server.start({ host: '127.0.0.1', port: 0, hostKeysDir: this.hostKeysDir });
    this.port = this.server.port;
  }

  async stop(): Promise<void> {
    await this.drain(0);
    for (const child of this.children) child.kill('SIGKILL');
  }

  /** The server alone: its clients end by themselves, some time after it has hung up. */
  async drain(graceMs: number): Promise<void> {
    await this.server?.stop(graceMs);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  makeKey(name: string, ...args: string[]): ClientKey {
    const path = join(this.directory, name);
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', name, '-f', path, ...args]);
    const [, blob = ''] = readFileSync(`${path}.pub`, 'utf8').split(' ');
    return { path, fingerprint: sshFingerprint(Buffer.from(blob, 'base64')) };
  }

  /** Options of ssh(1) that let nothing of the machine's own configuration in. */
  options(key: string | null): string[] {
    return [
      ...['-F', 'none', '-p', String(this.port), '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=accept-new'],
      ...['-o', `UserKnownHostsFile=${join(this.directory, 'known-hosts')}`, '-o', 'GlobalKnownHostsFile=none'],
      ...(key ? ['-i', key, '-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none'] : []),
    ];
  }

  spawn(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn('ssh', args, { env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env }, stdio: 'pipe' });
    this.children.add(child);
    child.once('close', () => this.children.delete(child));
    return child;
  }

  /** Runs ssh(1) to its end. */
  ssh(
    key: ClientKey | null,
    args: string[],
    given: { input?: Buffer; env?: NodeJS.ProcessEnv } = {},
  ): Promise<SshResult> {
    const child = this.spawn([...this.options(key?.path ?? null), ...args], given.env);
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(given.input);
    return new Promise((resolve) =>
      child.once('close', (code) => {
        const stderr = Buffer.concat(err)
          .toString()
          .replace(/^Warning: Permanently added [^\n]*\n/, '');
        resolve({ code, stdout: Buffer.concat(out), stderr });
      }),
    );
  }
}

export const GIT_HOST = 'git@127.0.0.1';
