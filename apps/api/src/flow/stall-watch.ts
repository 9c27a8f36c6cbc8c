import type { Logger } from 'pino';
import { STALL_POLICY, StallAllowance, type StallPolicy } from './stall-allowance';

/** `sends`: bytes that the hub waits for. `receives`: bytes that the hub has ready. */
export type FlowDirection = 'sends' | 'receives';

/** One way in which bytes move between a client and the hub. */
export interface Flow {
  direction: FlowDirection;
  /** Whether nothing moves at this moment because of the client; time in which the hub computes is not the client's. */
  isWaiting(): boolean;
  /** Since ever; only grows. */
  movedBytes(): number;
  /** The watch's own when left out. */
  policy?: StallPolicy;
}

export interface WatchedClient {
  /** For the log and the metrics; asked when the client is let go. */
  about(): { surface: string } & Record<string, unknown>;
  flows: readonly Flow[];
  /** Must end all that is held for the client. */
  onStalled(direction: FlowDirection): void;
}

interface Watched extends WatchedClient {
  allowances: StallAllowance[];
}

export interface StallWatchOptions {
  log?: Logger;
  policy?: StallPolicy;
  /** How often clients are looked at. */
  tickMs?: number;
}

const TICK_MS = 5_000;
/** What a look may be late before it is the hub that was held up, and not the client. */
const MAX_WAIT_TICKS = 2;

/** Lets clients go that keep the hub waiting: one policy and one timer for every surface (docs/limits.md). */
export class StallWatch {
  readonly policy: StallPolicy;
  /** How many were let go, by surface and direction. */
  readonly counts = new Map<string, { surface: string; direction: FlowDirection; count: number }>();
  private readonly clients = new Set<Watched>();
  private readonly tickMs: number;
  private timer: NodeJS.Timeout | null = null;
  private lookedAtMs = 0;

  constructor(private readonly options: StallWatchOptions = {}) {
    this.policy = options.policy ?? STALL_POLICY;
    this.tickMs = options.tickMs ?? Math.min(TICK_MS, this.policy.graceMs / 10);
  }

  /** @returns what ends the watch; it ends by itself when the client is let go. */
  watch(client: WatchedClient): () => void {
    const allowances = client.flows.map((flow) => new StallAllowance(flow.policy ?? this.policy, flow.movedBytes()));
    const watched = { ...client, allowances };
    this.clients.add(watched);
    if (!this.timer) this.start();
    return () => this.forget(watched);
  }

  private start(): void {
    this.lookedAtMs = performance.now();
    this.timer = setInterval(() => this.look(), this.tickMs).unref();
  }

  private forget(watched: Watched): void {
    this.clients.delete(watched);
    if (this.clients.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  private look(): void {
    const nowMs = performance.now();
    const passedMs = Math.min(nowMs - this.lookedAtMs, MAX_WAIT_TICKS * this.tickMs);
    this.lookedAtMs = nowMs;
    for (const watched of this.clients) {
      const stalled = watched.flows.findIndex((flow, at) => {
        const waitedMs = flow.isWaiting() ? passedMs : 0;
        return !watched.allowances[at]?.spend({ waitedMs, movedBytes: flow.movedBytes() });
      });
      if (stalled !== -1) this.letGo(watched, watched.flows[stalled] as Flow);
    }
  }

  private letGo(watched: Watched, { direction, movedBytes }: Flow): void {
    this.forget(watched);
    const about = watched.about();
    const key = `${about.surface} ${direction}`;
    const counted = this.counts.get(key) ?? { surface: about.surface, direction, count: 0 };
    counted.count++;
    this.counts.set(key, counted);
    this.options.log?.info({ ...about, direction, movedBytes: movedBytes() }, 'a client that stalled was let go');
    watched.onStalled(direction);
  }
}
