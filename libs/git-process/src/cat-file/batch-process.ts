import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import { BatchReader, type BatchAnswer, type BatchRequest } from './batch-reader';
import { bytesOfObjectName } from './object-name';

export interface BatchProcessOptions {
  repositoryPath: string;
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

interface Pending extends BatchRequest {
  resolve(answer: BatchAnswer | null): void;
  reject(error: Error): void;
}

const NUL = Buffer.of(0);
const FLUSH = Buffer.from('flush\0');

/** One `git cat-file --batch-command --buffer`. Questions may overlap; answers come in their order. */
export class BatchProcess {
  private git: GitProcess | null = null;
  /** Resolves when the process is gone; never rejects. */
  private readonly ended: Promise<void>;
  private readonly pending: Pending[] = [];
  private failure: Error | null = null;
  private unsent: Buffer[] = [];
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

  /** @param text as {@link CatFile} takes it. */
  ask(command: BatchRequest['command'], text: string): Promise<BatchAnswer | null> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const name = bytesOfObjectName(text);
      this.pending.push({ command, name, resolve, reject });
      this.unsent.push(Buffer.from(`${command} `), name, NUL);
      this.sending ??= setImmediate(() => this.send());
    });
  }

  /** What was asked in one turn goes out as one write, and comes back as one: a walk asks thousands of questions. */
  private send(): void {
    this.sending = null;
    if (!this.git || this.unsent.length === 0) return;
    if (!this.failure) this.git.stdin.write(Buffer.concat([...this.unsent, FLUSH]));
    this.unsent = [];
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
