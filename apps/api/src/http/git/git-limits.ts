import { DomainError } from '@granary/kernel';
export class GitLimits {
  private readonly running = new Map<string, number>();
  async run<T>(
    service: 'git-upload-pack' | 'git-receive-pack',
    repositoryId: number,
    _signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    const key = `${service} ${repositoryId}`;
    const most = service === 'git-upload-pack' ? 20 : 5;
    const now = this.running.get(key) ?? 0;
    if (now >= most) throw new DomainError('unavailable', 'This repository is busy.', { retryAfterSeconds: 5 });
    this.running.set(key, now + 1);
    try {
      return await work();
    } finally {
      this.running.set(key, (this.running.get(key) ?? 1) - 1);
    }
  }
}
