import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from './eventually';
import { killAll, processTree, stillRunning, type Process } from './processes';

export const ROOT = join(__dirname, '../..');
const ENTRY = join(ROOT, 'dist/apps/api/src/main.js');
/** Draining takes at most 25 s. */
const STOP_TIMEOUT_MS = 60_000;

export interface LaunchOptions {
  env: NodeJS.ProcessEnv;
  cwd: string;
  uid?: number;
  gid?: number;
}

/** One process of the hub and everything that it starts. */
export class HubProcess {
  stdout = '';
  stderr = '';
  /** Everything that was ever seen to descend from it: who outlives a parent can no longer be found from it. */
  private seen: Process[] = [];

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  static launch(options: LaunchOptions): HubProcess {
    const child = spawn(process.execPath, [ENTRY], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    return new HubProcess(child);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the hub could not be started');
    return this.child.pid;
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get output(): string {
    return `${this.stdout}${this.stderr}`;
  }

  /** Waits for the end. @returns the exit status, or null after a signal. */
  async exit(): Promise<number | null> {
    await eventually('the end of the hub', () => this.hasExited, STOP_TIMEOUT_MS);
    if (this.child.stdout?.readableEnded === false) await Promise.race([once(this.child, 'close'), settled()]);
    return this.child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.observe();
    this.child.kill(signal);
  }

  /** Waits until `url` answers 200, or fails with what the hub printed when it ends before that. */
  async ready(url: string): Promise<void> {
    await eventually(
      `${url} answering`,
      async () => {
        if (this.hasExited) throw new Error(`the hub ended with status ${this.child.exitCode}:\n${this.output}`);
        const answer = await fetch(url).catch(() => null);
        await answer?.arrayBuffer();
        return answer?.status === 200;
      },
      60_000,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.output}`);
    });
    this.observe();
  }

  /** What it started, directly or not, and what of that still runs. */
  remaining(): Process[] {
    return stillRunning(this.seen);
  }

  /** Ends it and all that it left behind, and waits until it is gone. */
  async destroy(): Promise<void> {
    this.observe();
    killAll(this.seen);
    await eventually('the end of all that the hub started', () => this.remaining().length === 0);
  }

  /** Notes what runs below it now: what is not seen once cannot be missed later. */
  observe(): void {
    this.seen = [...stillRunning(this.seen), ...(this.hasExited ? [] : processTree(this.pid))];
  }
}

/** The pipes of a hub stay open as long as a child that it left behind holds them. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 500));
