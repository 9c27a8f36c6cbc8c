import type { Readable, Writable } from 'node:stream';

/** The two ends that the hub holds of the channel to the hooks of one git process. */
export interface HookChannel {
  fromChild: Readable;
  toChild: Writable;
}

/** Of one frame; the last field of a pack-objects frame may be long, the others are short. */
export const FRAME_FIELDS = 4;

export interface FrameReaderOptions {
  /** The rest of a longer frame is read and dropped: who writes it hears nothing before it has said all. */
  maxBytes: number;
  /** A whole frame, or `null` for one that was too long. */
  onFrame(frame: Buffer | null): void;
}

/**
 * Cuts what hooks write to the hub into frames of {@link FRAME_FIELDS} fields, each ended by NUL. A hook waits for its
 * answer, so that frames never overlap.
 *
 * @returns when the source has closed; never rejects.
 */
export async function readFrames(source: Readable, { maxBytes, onFrame }: FrameReaderOptions): Promise<void> {
  let chunks: Buffer[] = [];
  let sizeBytes = 0;
  let fieldEnds = 0;
  source.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    fieldEnds += countFieldEnds(chunk);
    if (sizeBytes > maxBytes) chunks = [];
    else chunks.push(chunk);
    if (!isCompleteFrame(fieldEnds)) return;
    const frame = sizeBytes > maxBytes ? null : Buffer.concat(chunks);
    [chunks, sizeBytes, fieldEnds] = [[], 0, 0];
    onFrame(frame);
  });
  await new Promise<void>((resolve) => source.once('close', resolve));
}

/** How many of the bytes end a field: a frame is complete at the fourth. */
export function countFieldEnds(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, at + 1)) count++;
  return count;
}

export function isCompleteFrame(fieldEnds: number): boolean {
  return fieldEnds >= FRAME_FIELDS;
}

/** The fields of a frame; `null` when it does not consist of exactly {@link FRAME_FIELDS}. */
export function splitFields(frame: Buffer): Buffer[] | null {
  const fields: Buffer[] = [];
  let start = 0;
  for (let end = frame.indexOf(0); end !== -1; end = frame.indexOf(0, start)) {
    fields.push(frame.subarray(start, end));
    start = end + 1;
  }
  return fields.length === FRAME_FIELDS && start === frame.length ? fields : null;
}
