import { visible } from '@granary/kernel';
import { takePkt } from '@granary/wire';
import type { RefCommand } from '../hooks/push-hooks';

/** What the client of a push has asked for, before git has looked at it. */
export interface AnnouncedPush {
  /** Also those that git refuses without asking a hook. */
  commands: readonly RefCommand[];
  /** All refs, or none. */
  isAtomic: boolean;
}

/** Far more than a push may hold; what is longer is left to git. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const COMMAND = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/su;

/** Reads along what a client sends to receive-pack (gitprotocol-pack(5), "Reference Update Request"), up to the pack. */
export class PushCommands implements AnnouncedPush {
  readonly commands: RefCommand[] = [];
  isAtomic = false;
  /** Whether the list has ended, or is none. */
  isRead = false;
  private rest: Buffer = NOTHING;
  private sizeBytes = 0;

  /** @returns what stands behind the list: the pack begins there. */
  read(chunk: Buffer): Buffer {
    if (this.isRead) return chunk;
    this.sizeBytes += chunk.length;
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    try {
      this.take();
    } catch {
      // Git says what is wrong with it.
      this.isRead = true;
    }
    if (this.sizeBytes > MAX_LIST_BYTES) this.isRead = true;
    if (!this.isRead) return NOTHING;
    const { rest } = this;
    this.rest = NOTHING;
    return rest;
  }

  private take(): void {
    for (let taken = takePkt(this.rest); taken && !this.isRead; taken = takePkt(this.rest)) {
      this.rest = this.rest.subarray(taken.size);
      if (taken.pkt.kind === 'data') this.line(Buffer.from(taken.pkt.data).toString('utf8'));
      else this.isRead = true;
    }
  }

  private line(text: string): void {
    const [command = '', capabilities = ''] = text.replace(/\n$/, '').split('\0');
    if (capabilities.split(' ').includes('atomic')) this.isAtomic = true;
    const [, oldOid, newOid, ref] = COMMAND.exec(command) ?? [];
    // One that cannot be shown as it is bears the mark of it, and is refused for that.
    if (oldOid && newOid && ref) this.commands.push({ oldOid, newOid, ref: visible(ref) });
  }
}
