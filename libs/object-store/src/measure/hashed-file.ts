import type { HashThread } from './hash-thread';
import type { Digests } from './hashing';

/** Fewer new bytes are not worth a message to the other thread. */
const STEP_BYTES = 1024 * 1024;

/**
 * A file, hashed by the other thread while this one writes it: read back from the kernel's pages, so that not one byte
 * of it is copied here. The file descriptor must stay open until `finish` or `drop` settles: its number could mean
 * another file afterwards.
 */
export class HashedFile {
  private readonly body: number;
  private sentBytes = 0;
  private failure: Error | null = null;
  private settle: { resolve(digests: Digests): void; reject(error: Error): void } | null = null;
  private dropped: (() => void) | null = null;

  constructor(
    private readonly thread: HashThread,
    private readonly fd: number,
  ) {
    this.body = thread.open({
      onDigests: (digests) => this.settle?.resolve(digests),
      onDropped: () => this.dropped?.(),
      onFailure: (error) => this.fail(error),
    });
  }

  /** The file holds its first `sizeBytes`; they do not change any more. */
  reach(sizeBytes: number): void {
    if (sizeBytes - this.sentBytes >= STEP_BYTES) this.send(sizeBytes);
  }

  /** Of the file's first `sizeBytes`. @throws Error when they cannot be read. */
  finish(sizeBytes: number): Promise<Digests> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      if (sizeBytes > this.sentBytes) this.send(sizeBytes);
      this.settle = { resolve, reject };
      this.thread.post({ body: this.body, last: true });
    });
  }

  /** Nothing more is wanted. Resolves when nobody looks at the file any more. */
  drop(): Promise<void> {
    return new Promise((resolve) => {
      this.dropped = resolve;
      if (!this.thread.forget(this.body)) resolve();
    });
  }

  private send(sizeBytes: number): void {
    this.thread.post({ body: this.body, fd: this.fd, start: this.sentBytes, end: sizeBytes });
    this.sentBytes = sizeBytes;
  }

  private fail(error: Error): void {
    this.failure = error;
    this.settle?.reject(error);
    this.dropped?.();
  }
}
