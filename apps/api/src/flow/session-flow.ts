import type { Readable } from 'node:stream';
import type { Flow } from './stall-watch';
import type { StallPolicy } from './stall-allowance';

/** The output of a command as it reaches its client. */
export class OutputMeter {
  private held = 0;
  movedBytes = 0;

  get isWaiting(): boolean {
    return this.held > 0;
  }

  /** To be called when bytes are handed over; what is returned, when the client has taken them. */
  begin(sizeBytes: number): () => void {
    this.held++;
    return () => {
      this.held--;
      this.movedBytes += sizeBytes;
    };
  }
}

export interface SessionStreams {
  /** What the command reads. */
  input: Readable;
  /** Since ever. */
  inputBytes(): number;
  output: OutputMeter;
}

/** Before its first byte a client counts and compresses what it pushes: minutes, for a large repository. */
const COMPUTING_FACTOR = 7;
/** What may lie between two requests of a session that holds nothing meanwhile. */
const LULL_MS = 3600_000;

/** The two directions of one command over SSH, where neither side says whose turn it is. */
export class SessionFlow {
  readonly flows: readonly Flow[];
  /** The session awaits its client's next request and holds no place until that comes. */
  isLull = false;
  private saidBytes = 0;

  constructor(
    private readonly streams: SessionStreams,
    policy: StallPolicy,
  ) {
    const { output, inputBytes } = streams;
    const longer = (graceMs: number): StallPolicy => ({ ...policy, graceMs });
    const waits = (lull: boolean) => () => this.isLull === lull && this.isHeard();
    this.flows = [
      { direction: 'receives', isWaiting: () => output.isWaiting, movedBytes: () => output.movedBytes },
      this.sends(inputBytes, waits(false), longer(COMPUTING_FACTOR * policy.graceMs)),
      this.sends(inputBytes, waits(true), longer(Math.max(LULL_MS, policy.graceMs))),
    ];
  }

  private sends(movedBytes: () => number, isWaiting: () => boolean, policy: StallPolicy): Flow {
    return { direction: 'sends', movedBytes, isWaiting, policy };
  }

  /** Whether the command listens and has said nothing since the last look: git that computes says so every five seconds. */
  private isHeard(): boolean {
    const { input, output } = this.streams;
    const isSpeaking = output.isWaiting || output.movedBytes !== this.saidBytes;
    this.saidBytes = output.movedBytes;
    const isRead = input.readableFlowing === true || input.listenerCount('readable') > 0;
    return !isSpeaking && isRead && input.readableLength < input.readableHighWaterMark;
  }
}
