import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  FLUSH_PKT,
  formatPkt,
  formatSideband,
  formatSidebandError,
  MAX_PKT_SIZE,
  type CloneRequest,
} from '@granary/wire';
import type { PackCache } from '../pack-cache/pack-cache';
import type { PackCursor } from '../pack-cache/pack-entry';
import type { ServeResult } from './serve-pack';

export interface ServeCloneOptions {
  packs: PackCache;
  /** Absolute path of the bare repository. */
  repositoryPath: string;
  request: CloneRequest;
  /** What the client receives; ended, or broken off where the pack fails. */
  output: Writable;
  signal: AbortSignal;
  /** Called when the pack is there, and only its reader's speed counts. */
  onComputed?: () => void;
  /** When it fires, the client is told `text` between two packets, and the answer ends. */
  over?: { signal: AbortSignal; text: string };
}

/** The hub has no more time. */
class Interrupted extends Error {}

/** As upload-pack does it (git-config(1), uploadpack.keepAlive). */
const KEEP_ALIVE_MS = 5_000;
/** Of a packet's bytes, its length and the number of its band. */
const OVERHEAD_BYTES = 5;
/** Of one turn, about a quarter of a mebibyte. */
const PACKETS = 4;
const ROOM_BYTES = MAX_PKT_SIZE - OVERHEAD_BYTES;
const NOTHING_YET = formatPkt(Buffer.of(1));

/**
 * Answers a clone in protocol version 2 without upload-pack: with nothing to negotiate, the answer is the pack
 * (gitprotocol-v2(5), "fetch", packfile section). Asks for the very pack that upload-pack would ask for.
 *
 * @returns `null` when there is no such pack, where upload-pack can tell the client why, and where it has more to tell
 *   than the pack: nothing was sent then. Never rejects for what a client does; a client that leaves is `isCut`.
 */
export async function serveClone(options: ServeCloneOptions): Promise<ServeResult | null> {
  const { packs, repositoryPath, request, output, signal } = options;
  if (await isShallow(repositoryPath)) return null;
  const cursor = packs.join(repositoryPath, packRequestOf(request));
  const leave = (): void => cursor.leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    if (!(await begins(cursor, options))) return null;
    void cursor.entry.settled.then(options.onComputed);
    await sendPack(cursor, options);
    return { exitCode: 0, isCut: false, stderr: '' };
  } catch (error) {
    // What was begun must not look complete.
    if (!output.destroyed)
      output.end(formatSidebandError(error instanceof Interrupted ? error.message : 'The pack could not be computed.'));
    return { exitCode: 1, isCut: signal.aborted, stderr: error instanceof Error ? error.message : '' };
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}

/**
 * A history that somebody has put here cut off (gitrepository-layout(5), "shallow"): its clients must be told where it
 * ends before they get the pack.
 */
async function isShallow(repositoryPath: string): Promise<boolean> {
  const found = await stat(join(repositoryPath, 'shallow')).catch(() => null);
  return found !== null;
}

/** upload-pack's call of pack-objects for the same request. */
function packRequestOf({ wants, thinPack, ofsDelta, includeTag, noProgress, filter }: CloneRequest) {
  const args = [
    'pack-objects',
    '--revs',
    ...(thinPack ? ['--thin'] : []),
    '--stdout',
    ...(noProgress ? [] : ['--progress']),
    ...(ofsDelta ? ['--delta-base-offset'] : []),
    ...(includeTag ? ['--include-tag'] : []),
    ...(filter ? [`--filter=${filter}`] : []),
  ];
  return { args, revisions: Buffer.from(`${wants.map((oid) => `${oid}\n`).join('')}--not\n\n`) };
}

/** Tells of progress until the pack begins; whether it does. What was told before a failure is not lost on anybody. */
async function begins(cursor: PackCursor, { request, output, signal }: ServeCloneOptions): Promise<boolean> {
  let hasSpoken = false;
  const say = (packet: Buffer): void => {
    if (signal.aborted) return;
    if (!hasSpoken) output.write(formatPkt('packfile\n'));
    hasSpoken = true;
    output.write(packet);
  };
  const keepAlive = setInterval(() => say(NOTHING_YET), KEEP_ALIVE_MS);
  try {
    await cursor.begun((line) => {
      if (!request.noProgress) say(formatSideband('progress', Buffer.from(`${line}\n`)));
    });
    if (!hasSpoken) output.write(formatPkt('packfile\n'));
    return true;
  } catch (error) {
    if (hasSpoken || signal.aborted) throw error;
    return false;
  } finally {
    clearInterval(keepAlive);
  }
}

/**
 * The pack as packets of band 1, with a flush behind it. Two buffers take turns, one being filled while the other is
 * written: new ones for each chunk would have the garbage of gigabytes collected.
 */
async function sendPack(cursor: PackCursor, { output, over }: ServeCloneOptions): Promise<void> {
  const frames = [new Frame(), new Frame()];
  const writes = frames.map(() => Promise.resolve());
  for (let turn = 0; ; turn = 1 - turn) {
    await writes[turn];
    if (over?.signal.aborted) throw new Interrupted(over.text);
    const frame = frames[turn] as Frame;
    const sizeBytes = await cursor.fill(frame.rooms);
    if (sizeBytes === 0) break;
    const written = write(output, frame.packets(sizeBytes));
    // Its failure is met when its turn comes.
    written.catch(() => undefined);
    writes[turn] = written;
  }
  await Promise.all(writes);
  output.end(FLUSH_PKT);
  await finished(output, { readable: false });
}

/** Resolves when the bytes have left: their buffer may be used again. @throws when the receiver is lost. */
function write(output: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new Error('the receiver is gone'));
    output.once('close', lost);
    output.write(bytes, (error) => {
      output.off('close', lost);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Room for some packets of band 1, whose payloads are filled in first. */
class Frame {
  private readonly bytes = Buffer.allocUnsafe(PACKETS * MAX_PKT_SIZE);
  readonly rooms = Array.from({ length: PACKETS }, (_, at) =>
    this.bytes.subarray(at * MAX_PKT_SIZE + OVERHEAD_BYTES, (at + 1) * MAX_PKT_SIZE),
  );

  /** The packets for the first `sizeBytes` of the rooms. */
  packets(sizeBytes: number): Buffer {
    let start = 0;
    for (let left = sizeBytes; left > 0; left -= ROOM_BYTES) {
      const packetBytes = Math.min(left, ROOM_BYTES) + OVERHEAD_BYTES;
      this.bytes.write(`${packetBytes.toString(16).padStart(4, '0')}\x01`, start, 'latin1');
      start += packetBytes;
    }
    return this.bytes.subarray(0, start);
  }
}
