import { Transform, type TransformCallback, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FLUSH_PKT, formatPkt, formatSideband, MAX_PKT_SIZE, type CloneRequest } from '@granary/wire';
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
}

/** As upload-pack does it (git-config(1), uploadpack.keepAlive). */
const KEEP_ALIVE_MS = 5_000;
/** Of a packet's bytes, its length and the number of its band. */
const OVERHEAD_BYTES = 5;
const ROOM_BYTES = MAX_PKT_SIZE - OVERHEAD_BYTES;
const NOTHING_YET = formatPkt(Buffer.of(1));

/**
 * Answers a clone in protocol version 2 without upload-pack: with nothing to negotiate, the answer is the pack
 * (gitprotocol-v2(5), "fetch", packfile section). Asks for the very pack that upload-pack would ask for.
 *
 * @returns `null` when there is no such pack, where upload-pack can tell the client why: nothing was sent then. Never
 *   rejects for what a client does; a client that leaves is `isCut`.
 */
export async function serveClone(options: ServeCloneOptions): Promise<ServeResult | null> {
  const { packs, repositoryPath, request, output, signal } = options;
  const cursor = packs.join(repositoryPath, packRequestOf(request));
  const leave = (): void => cursor.leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    if (!(await begins(cursor, options))) return null;
    await pipeline(cursor.read(), new PackSection(), output);
    return { exitCode: 0, isCut: false, stderr: '' };
  } catch (error) {
    // What was begun must not look complete.
    if (!output.destroyed) output.end(formatSideband('error', Buffer.from('The pack could not be computed.\n')));
    return { exitCode: 1, isCut: signal.aborted, stderr: error instanceof Error ? error.message : '' };
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
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

/** A pack as packets of band 1, with a flush behind it. */
class PackSection extends Transform {
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    // One buffer for all packets of a chunk: each write to a socket costs more than this copy.
    const wire = Buffer.allocUnsafe(chunk.length + Math.ceil(chunk.length / ROOM_BYTES) * OVERHEAD_BYTES);
    let end = 0;
    for (let at = 0; at < chunk.length; at += ROOM_BYTES) {
      const part = chunk.subarray(at, at + ROOM_BYTES);
      end += wire.write(`${(part.length + OVERHEAD_BYTES).toString(16).padStart(4, '0')}\x01`, end, 'latin1');
      end += part.copy(wire, end);
    }
    done(null, wire);
  }

  override _flush(done: TransformCallback): void {
    done(null, FLUSH_PKT);
  }
}
