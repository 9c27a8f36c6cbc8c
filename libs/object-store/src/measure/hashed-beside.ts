import type { HashThread } from './hash-thread';
import type { Digests, Hashing } from './hashing';

/**
 * Both threads see the same blocks. Handing memory over instead would make V8 look through its heap after every few of
 * them, since it counts them as new each time.
 */
const BLOCK_BYTES = 1024 * 1024;
const BLOCKS_PER_BODY = 4;

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Hashed by the other thread, at most four blocks behind. */
export class HashedBeside implements Hashing {
  private readonly body: number;
  private readonly blocks: Uint8Array<SharedArrayBuffer>[] = [];
  private readonly known = new Set<number>();
  private readonly free: number[] = [];
  /** The slot that is being filled. */
  private current: number | null = null;
  private filledBytes = 0;
  private room: Waiting<number> | null = null;
  private ending: Waiting<Digests> | null = null;
  private failure: Error | null = null;

  constructor(private readonly thread: HashThread) {
    this.body = thread.open({
      onFree: (slot) => this.takeBack(slot),
      onDigests: (digests) => this.ending?.resolve(digests),
      onFailure: (error) => this.fail(error),
    });
  }

  add(bytes: Uint8Array): Promise<void> | null {
    const rest = this.fill(bytes);
    return rest === null ? null : this.fillSlowly(rest);
  }

  finish(): Promise<Digests> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      if (this.current !== null && this.filledBytes > 0) this.send(this.current);
      this.ending = { resolve, reject };
      this.thread.post({ body: this.body, last: true });
    });
  }

  drop(): void {
    this.thread.forget(this.body);
  }

  /** @returns what found no room, since every block is with the thread; null when all of it did. */
  private fill(bytes: Uint8Array): Uint8Array | null {
    for (let rest = bytes; rest.length > 0;) {
      this.current ??= this.freeSlot();
      if (this.current === null) return rest;
      const part = rest.subarray(0, BLOCK_BYTES - this.filledBytes);
      this.blocks[this.current]?.set(part, this.filledBytes);
      this.filledBytes += part.length;
      rest = rest.subarray(part.length);
      if (this.filledBytes === BLOCK_BYTES) this.send(this.current);
    }
    return null;
  }

  private async fillSlowly(bytes: Uint8Array): Promise<void> {
    for (let rest: Uint8Array | null = bytes; rest; rest = this.fill(rest)) {
      this.current = await new Promise<number>((resolve, reject) => {
        if (this.failure) reject(this.failure);
        else this.room = { resolve, reject };
      });
    }
  }

  private freeSlot(): number | null {
    const slot = this.free.pop();
    if (slot !== undefined) return slot;
    if (this.blocks.length === BLOCKS_PER_BODY) return null;
    return this.blocks.push(new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES))) - 1;
  }

  private send(slot: number): void {
    const memory = this.known.has(slot) ? undefined : this.blocks[slot]?.buffer;
    this.known.add(slot);
    this.thread.post({ body: this.body, slot, memory, lengthBytes: this.filledBytes });
    this.current = null;
    this.filledBytes = 0;
  }

  private takeBack(slot: number): void {
    const { room } = this;
    this.room = null;
    if (room) room.resolve(slot);
    else this.free.push(slot);
  }

  private fail(error: Error): void {
    this.failure = error;
    this.room?.reject(error);
    this.ending?.reject(error);
  }
}
