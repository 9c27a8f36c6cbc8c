import { Worker } from 'node:worker_threads';
import type { Digests } from './hashing';

/**
 * The thread's program, as text: a file of its own would be TypeScript in the tests and JavaScript in what is built.
 * In: `{body, slot, memory, lengthBytes}` to hash, with the memory at the slot's first time; `{body, fd, start, end}` to
 * hash what a file holds there; `{body, last: true}` to end; `{body, drop: true}` to forget. Out: `{body, slot}`, free
 * again; `{body, digests}`, the end; `{body, dropped: true}`; `{body, error}` for a file that cannot be read.
 */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { readSync } = require('node:fs');
const { crc32 } = require('node:zlib');
const states = new Map();
const piece = new Uint8Array(256 * 1024);
const begin = () => ({ sha256: createHash('sha256'), crc32: 0, blocks: [], error: null });
const add = (state, bytes) => {
  state.sha256.update(bytes);
  state.crc32 = crc32(bytes, state.crc32);
};
const addFile = (state, { fd, start, end }) => {
  while (start < end) {
    const lengthBytes = readSync(fd, piece, 0, Math.min(piece.length, end - start), start);
    if (lengthBytes === 0) throw new Error('The file ends at byte ' + start + ', not at ' + end + '.');
    add(state, piece.subarray(0, lengthBytes));
    start += lengthBytes;
  }
};
parentPort.on('message', (order) => {
  const { body, slot, memory, lengthBytes, fd, last, drop } = order;
  const state = states.get(body) ?? begin();
  if (last || drop) states.delete(body);
  else states.set(body, state);
  if (drop) return parentPort.postMessage({ body, dropped: true });
  if (last) {
    const digests = { sha256: state.sha256.digest('hex'), crc32: state.crc32 };
    return parentPort.postMessage(state.error ? { body, error: state.error } : { body, digests });
  }
  if (fd !== undefined) {
    try {
      addFile(state, order);
    } catch (error) {
      const { message, code, syscall } = error;
      state.error = { message, code, syscall };
    }
    return;
  }
  if (memory) state.blocks[slot] = new Uint8Array(memory);
  add(state, state.blocks[slot].subarray(0, lengthBytes));
  parentPort.postMessage({ body, slot });
});
`;

type Order = { body: number } & (
  | { slot: number; memory?: SharedArrayBuffer; lengthBytes: number }
  | { fd: number; start: number; end: number }
  | { last: true }
  | { drop: true }
);
/** A clone of an error loses what a system call says of itself. */
interface ReadFailure {
  message: string;
  code?: string;
  syscall?: string;
}
type Answer = { body: number; slot?: number; digests?: Digests; dropped?: true; error?: ReadFailure };

interface Listener {
  onFree?(slot: number): void;
  onDigests(digests: Digests): void;
  /** Nothing of the body is looked at any more. */
  onDropped?(): void;
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

  /** Nothing more is wanted of the body. @returns whether it was known, so that it hears when it is dropped. */
  forget(body: number): boolean {
    if (!this.listeners.has(body)) return false;
    this.post({ body, drop: true });
    return true;
  }

  /** The process may end while the thread waits for work, and not before. */
  private close(body: number): void {
    this.listeners.delete(body);
    if (this.listeners.size === 0) this.worker?.unref();
  }

  private hear({ body, slot, digests, error }: Answer): void {
    const listener = this.listeners.get(body);
    if (slot !== undefined) return listener?.onFree?.(slot);
    this.close(body);
    if (digests) listener?.onDigests(digests);
    else if (error) listener?.onFailure(Object.assign(new Error(error.message), error));
    else listener?.onDropped?.();
  }

  private start(): Worker {
    const worker = new Worker(PROGRAM, { eval: true, name: 'hash', resourceLimits: { maxOldGenerationSizeMb: 32 } });
    worker.on('message', (answer: Answer) => this.hear(answer));
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
