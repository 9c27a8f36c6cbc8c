import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import { BatchReader, type BatchAnswer, type BatchRequest } from './batch-reader';

export interface BatchProcessOptions {
  repositoryPath: string;
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

interface Pending extends BatchRequest {
  resolve(answer: BatchAnswer | null): void;
  reject(error: Error): void;
}

/** One `git cat-file --batch-command --buffer`. Questions may overlap; answers come in their order. */
export class BatchProcess {
  private git: GitProcess | null = null;
  /** Resolves when the process is gone; never rejects. */
  private readonly ended: Promise<void>;
  private readonly pending: Pending[] = [];
  private failure: Error | null = null;
  private unsent = '';
  private sending: NodeJS.Immediate | null = null;

  constructor(home: GitHome, options: BatchProcessOptions) {
    this.ended = this.run(home, options).catch((error: Error) => this.fail(error));
  }

  /** False once the process has died or was closed; a new one must be started then. */
  get isAlive(): boolean {
    return this.failure === null;
  }

  private async run(home: GitHome, options: BatchProcessOptions): Promise<void> {
    const git = await spawnGit(home, { ...options, args: ['cat-file', '--batch-command', '--buffer', '-z'] });
    this.git = git;
    if (this.failure) git.stop();
    const reader = new BatchReader(
      () => this.pending[0],
      (answer) => this.pending.shift()?.resolve(answer),
    );
    git.stdout.on('data', (chunk: Buffer) => {
      try {
        if (!this.failure) reader.push(chunk);
      } catch (error) {
        this.fail(error as Error);
      }
    });
    this.send();
    const { exitCode, stderr } = await git.done;
    this.fail(new GitFailed('cat-file', exitCode, stderr));
  }

  ask(command: BatchRequest['command'], name: string): Promise<BatchAnswer | null> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.pending.push({ command, name, resolve, reject });
      this.unsent += `${command} ${name}\0`;
      this.sending ??= setImmediate(() => this.send());
    });
  }

  /** What was asked in one turn goes out as one write, and comes back as one: a walk asks thousands of questions. */
  private send(): void {
    this.sending = null;
    if (!this.git || this.unsent === '') return;
    if (!this.failure) this.git.stdin.write(`${this.unsent}flush\0`);
    this.unsent = '';
  }

  /** Ends the process; what is unanswered rejects. Resolves when it is gone. */
  async close(): Promise<void> {
    this.fail(new GitFailed('cat-file', null, 'closed by its owner'));
    await this.ended;
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const request of this.pending.splice(0)) request.reject(this.failure);
    this.git?.stop();
  }
}
