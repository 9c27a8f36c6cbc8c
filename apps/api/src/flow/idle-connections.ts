import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addressBlock } from '@granary/kernel';

export interface IdleLimits {
  /** HTTP connections without a request under way, in all … */
  most: number;
  /** … and of one block of addresses. */
  perBlock: number;
}

/** Each costs a descriptor and some kilobytes. A reverse proxy keeps fewer, and comes from one address. */
const DEFAULTS: IdleLimits = { most: 4_000, perBlock: 2_000 };

/**
 * Bounds the connections on which nothing happens: those that never sent a whole head, and those kept alive between two
 * requests. One too many takes the place of the one that has been idle for longest, of the block with the most where
 * all are too many; nobody is refused, and a request that is under way is never touched.
 */
export class IdleConnections {
  /** How many had to give way. */
  closed = 0;
  /** By block, in the order in which they became idle. */
  private readonly idle = new Map<string, Set<Socket>>();
  private total = 0;

  constructor(private readonly limits: IdleLimits = DEFAULTS) {}

  get count(): number {
    return this.total;
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      const block = addressBlock(socket.remoteAddress ?? '');
      this.add(block, socket);
      socket.once('close', () => this.remove(block, socket));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      const block = addressBlock(socket.remoteAddress ?? '');
      this.remove(block, socket);
      response.once('close', () => !socket.destroyed && this.add(block, socket));
    });
  }

  private add(block: string, socket: Socket): void {
    const ofBlock = this.idle.get(block) ?? new Set();
    this.idle.set(block, ofBlock);
    if (ofBlock.has(socket)) return;
    ofBlock.add(socket);
    this.total++;
    if (ofBlock.size > this.limits.perBlock) this.giveWay(block);
    else if (this.total > this.limits.most) this.giveWay(this.largestBlock());
  }

  private remove(block: string, socket: Socket): void {
    const ofBlock = this.idle.get(block);
    if (!ofBlock?.delete(socket)) return;
    this.total--;
    if (ofBlock.size === 0) this.idle.delete(block);
  }

  private giveWay(block: string): void {
    const [oldest] = this.idle.get(block) ?? [];
    if (!oldest) return;
    this.remove(block, oldest);
    this.closed++;
    oldest.destroy();
  }

  private largestBlock(): string {
    const [largest] = [...this.idle].sort(([, one], [, other]) => other.size - one.size);
    return largest?.[0] ?? '';
  }
}
