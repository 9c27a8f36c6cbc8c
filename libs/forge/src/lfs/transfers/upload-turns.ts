import { DomainError } from '@granary/kernel';

const PATIENCE_MS = 10_000;

interface Turn {
  interrupt: AbortController;
  over: Promise<void>;
}

/**
 * One writer per upload in this process. Who comes later wins: a client that asks again has usually lost the connection
 * over which the hub still waits for its bytes.
 */
export class UploadTurns {
  private readonly turns = new Map<string, Turn>();

  /**
   * Interrupts whoever writes, waits until what has arrived is kept, then runs `work`.
   * @throws DomainError `conflict` when the other does not end.
   */
  async run<T>(uploadId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let other = this.turns.get(uploadId); other; other = this.turns.get(uploadId)) await end(other);
    const interrupt = new AbortController();
    let finish: () => void = () => undefined;
    const turn = { interrupt, over: new Promise<void>((resolve) => (finish = resolve)) };
    this.turns.set(uploadId, turn);
    try {
      return await work(interrupt.signal);
    } finally {
      this.turns.delete(uploadId);
      finish();
    }
  }
}

async function end({ interrupt, over }: Turn): Promise<void> {
  interrupt.abort(new DomainError('conflict', 'Another request goes on with this upload.'));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const busy = new DomainError('conflict', 'Another request is still writing this upload.', { hint: 'Try again.' });
    timer = setTimeout(() => reject(busy), PATIENCE_MS);
  });
  try {
    await Promise.race([over, late]);
  } finally {
    clearTimeout(timer);
  }
}
