import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from './run';
import { atEnd } from './cleanup';

/** Longer than whatever is on its way needs to arrive. */
const STANDSTILL_MS = 500;

/** A client's program, with all that it starts, which can be stopped or killed in the middle of its work. */
export class HeldClient {
  private readonly ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'exit');
    atEnd(() => this.signal('SIGKILL'));
  }

  static start(command: string, args: string[], options: Pick<RunOptions, 'cwd' | 'env'>): HeldClient {
    const child = spawn(command, args, { ...options, detached: true, stdio: 'ignore' });
    return new HeldClient(child);
  }

  /** From here on it neither reads nor writes, and its connections stay open. */
  async stop(): Promise<void> {
    this.signal('SIGSTOP');
    await sleep(STANDSTILL_MS);
  }

  /** SIGKILL to every process of it. @throws Error when it was done already: then nothing was cut. */
  async kill(): Promise<void> {
    const { exitCode } = this.child;
    if (exitCode !== null) throw new Error(`the client was done already, with status ${exitCode}`);
    this.signal('SIGKILL');
    await this.ended;
    if (this.child.signalCode !== 'SIGKILL') throw new Error('the client ended by itself');
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    process.kill(-this.child.pid, signal);
  }
}
