import { signalGroup } from '../launch/signal-group';

/** Until SIGTERM becomes SIGKILL; with the hang-up before it, a stopped process is gone within five seconds. */
const TERMINATE_GRACE_MS = 3_000;

/** How long a process that was hung up on may take to finish by itself. */
export const HANG_UP_GRACE_MS = 1_000;

/** A process group that is led by a child of ours, and the steps that end it. */
export class ProcessGroup {
  private readonly timers: NodeJS.Timeout[] = [];
  private isEnding = false;

  constructor(private readonly leaderPid: number) {}

  /** SIGTERM after `delayMs`, then SIGKILL. Answers whether this was the first call; later ones do nothing. */
  end(delayMs: number): boolean {
    if (this.isEnding) return false;
    this.isEnding = true;
    if (delayMs === 0) signalGroup(this.leaderPid, 'SIGTERM');
    else this.timers.push(setTimeout(() => signalGroup(this.leaderPid, 'SIGTERM'), delayMs));
    this.timers.push(setTimeout(() => signalGroup(this.leaderPid, 'SIGKILL'), delayMs + TERMINATE_GRACE_MS));
    return true;
  }

  /** To be called once the leader has exited, which ended the rest of its group. */
  leaderExited(): void {
    this.isEnding = true;
    for (const timer of this.timers) clearTimeout(timer);
  }
}
