import { Transform, type TransformCallback } from 'node:stream';
import { formatProgress, parseSideband, takePkt } from '@granary/wire';
import type { Refusal } from '../hooks/push-hooks';
import { PACK_TOO_LARGE } from './early-refusal';
import { explainFullDisk } from './full-disk';
import { explainLostRef } from './lost-race';
import { explainReport, UNPACK } from './status-report';

const PROGRESS_BAND = 2;
const ERROR_BAND = 3;
const FATAL = /^(?:fatal|error): /m;
const TOO_LARGE = /^fatal: pack exceeds maximum allowed size/m;

/**
 * What receive-pack says, whose report must not reach a client before the refs are on the disk: git sends it before it
 * runs post-receive, where the hub syncs them. Git's own client waits for the end of the conversation, others take the
 * report for their answer. Progress passes at any time; where git says in it that the disk is full, so do we, in words
 * for the person who pushes.
 *
 * @see gitprotocol-pack(5), "Report Status"; gitprotocol-capabilities(5), "side-band-64k".
 */
export class HeldReport extends Transform {
  private rest: Buffer = Buffer.alloc(0);
  private held: Buffer[] | null = null;
  private isPlain = false;
  private isDiskFull = false;
  private refusal: Refusal | null = null;
  private isRefusalSaid = false;
  private readonly reasons = new Map<string, string>();

  /** From now on, to be called before the first ref moves. */
  hold(): void {
    this.held ??= [];
  }

  /** Why the hub refuses refs: git's report has no more than that it did. */
  explain(reasons: ReadonlyMap<string, string>): void {
    for (const [ref, reason] of reasons) this.reasons.set(ref, reason);
  }

  /** Why git is given no more to unpack, in place of what it says itself. */
  refuse(refusal: Refusal): void {
    this.hold();
    this.refusal = refusal;
    this.reasons.set(UNPACK, refusal.reason);
  }

  /** To be called when the refs that moved are on the disk; the end of the conversation does it too. */
  release(): void {
    const { held } = this;
    this.held = null;
    for (const packet of explainReport(held ?? [], this.reasons)) this.push(packet);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (!this.isPlain && this.rest.length > 0) {
      const sizeBytes = this.sizeOfPacket();
      if (sizeBytes === null) return done();
      const packet = this.rest.subarray(0, sizeBytes);
      this.rest = this.rest.subarray(sizeBytes);
      this.pass(packet);
    }
    this.passOn();
    done();
  }

  override _flush(done: TransformCallback): void {
    this.release();
    this.passOn();
    done();
  }

  private pass(packet: Buffer): void {
    if (this.held && !isNews(packet)) return void this.held.push(packet);
    if (isNews(packet) && TOO_LARGE.test(textOf(packet)) && !this.refusal) this.refuse(PACK_TOO_LARGE);
    if (this.refusal && isNews(packet) && FATAL.test(textOf(packet))) return this.say(this.refusal);
    const lost = isNews(packet) && this.held ? explainLostRef(textOf(packet)) : null;
    if (lost) {
      this.reasons.set(lost.ref, lost.reason);
      return void this.push(formatProgress(lost.words));
    }
    this.push(packet);
    const words = isNews(packet) && !this.isDiskFull ? explainFullDisk(packet) : null;
    if (!words) return;
    this.isDiskFull = true;
    this.push(words);
  }

  private say({ message }: Refusal): void {
    if (!this.isRefusalSaid) this.push(formatProgress(message));
    this.isRefusalSaid = true;
  }

  private passOn(): void {
    if (this.rest.length > 0) this.push(this.rest);
    this.rest = Buffer.alloc(0);
  }

  /** @returns null when more bytes are needed. What is no packet is nothing that could be held. */
  private sizeOfPacket(): number | null {
    try {
      return takePkt(this.rest)?.size ?? null;
    } catch {
      this.release();
      this.isPlain = true;
      return 0;
    }
  }
}

function textOf(packet: Buffer): string {
  return Buffer.from(parseSideband(packet.subarray(4)).payload).toString('utf8');
}

function isNews(packet: Buffer): boolean {
  const [, , , , band] = packet;
  return band === PROGRESS_BAND || band === ERROR_BAND;
}
