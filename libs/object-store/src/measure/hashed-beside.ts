import { Worker } from 'node:worker_threads';
import type { Digests, Hashing } from './hashing';

/**
 * Both threads see the same blocks. Handing memory over instead would make V8 look through its heap after every few of
 * them, since it counts them as new each time.
 */
const BLOCK_BYTES = 1024 * 1024;
const BLOCKS_PER_BODY = 4;

/**
 * The thread's program, as text: a file of its own would be TypeScript in the tests and JavaScript in what is built.
 * In: `{body, slot, memory, lengthBytes}` to hash, with the memory at the slot's first time; `{body, last: true}` to end;
 * `{body, drop: true}` to forget. Out: `{body, slot}`, free again; `{body, digests}`, the end.
 */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { crc32 } = require('node:zlib');
const states = new Map();
const begin = () => ({ sha256: createHash('sha256'), crc32: 0, blocks: [] });
parentPort.on('message', ({ body, slot, memory, lengthBytes, last, drop }) => {
  const state = states.get(body) ?? begin();
  if (last || drop) states.delete(body);
  else states.set(body, state);
  if (last) parentPort.postMessage({ body, digests: { sha256: state.sha256.digest('hex'), crc32: state.crc32 } });
  if (last || drop) return;
  if (memory) state.blocks[slot] = new Uint8Array(memory);
  const bytes = state.blocks[slot].subarray(0, lengthBytes);
  state.sha256.update(bytes);
  state.crc32 = crc32(bytes, state.crc32);
  parentPort.postMessage({ body, slot });
});
`;

type Order = { body: number } & (
  { slot: number; memory?: SharedArrayBuffer; lengthBytes: number } | { last: true } | { drop: true }
);
type Answer = { body: number; slot?: number; digests?: Digests };

interface Listener {
  onFree(slot: number): void;
  onDigests(digests: Digests): void;
  onFailure(error: Error): void;
}

/**
 * Hashes beside the thread that moves the bytes: while one processor reads a body from the network and writes it to the
 * disk, another one hashes it. One thread is enough, since it hashes faster than the other one moves.
 */
export class HashThread {
  private worker: Worker | null = null;
  private readonly listeners = new Map<number, Listener>();
  private lastBody = 0;

  /** @returns the number of a new body. */
  open(listener: Listener): number {
    this.worker ??= this.start();
    this.listeners.set(++this.lastBody, listener);
    this.worker.ref();
    return this.lastBody;
  }

  post(order: Order): void {
    this.worker?.postMessage(order);
  }

  /** Nothing more is wanted of the body. */
  forget(body: number): void {
    if (!this.listeners.has(body)) return;
    this.post({ body, drop: true });
    this.close(body);
  }

  /** The process may end while the thread waits for work, and not before. */
  private close(body: number): void {
    this.listeners.delete(body);
    if (this.listeners.size === 0) this.worker?.unref();
  }

  private start(): Worker {
    const worker = new Worker(PROGRAM, { eval: true, name: 'hash', resourceLimits: { maxOldGenerationSizeMb: 32 } });
    worker.on('message', ({ body, slot, digests }: Answer) => {
      const listener = this.listeners.get(body);
      if (slot !== undefined) listener?.onFree(slot);
      if (!digests) return;
      this.close(body);
      listener?.onDigests(digests);
    });
    worker.once('error', (error) => this.end(worker, error));
    worker.once('exit', (code) => this.end(worker, new Error(`The hashing thread ended with code ${code}.`)));
    return worker;
  }

  private end(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = null;
    for (const listener of this.listeners.values()) listener.onFailure(error);
    this.listeners.clear();
  }
}

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
