import { pipeline } from 'node:stream/promises';
import { readFrames, type HookChannel } from '../hooks/frame-reader';
import { formatSaying } from '../hooks/hook-frame';
import type { PackCache } from './pack-cache';
import type { PackCursor } from './pack-entry';
import { parsePackFrame, wantsProgress } from './pack-request';

/** About a million ids. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

export interface PackSession {
  packs: PackCache;
  repositoryPath: string;
  /** Called when a pack failed after its first byte: upload-pack must end so that its client notices. */
  onLost(): void;
  /** Receives what went wrong; the client is only told that something did. */
  onError?(error: unknown): void;
}

/**
 * Answers the pack-objects hook of one upload-pack until the channel closes. A pack that is done is named to the hook,
 * which copies the file; one that is still being computed travels over the channel, whose end is the pack's end, so
 * that an upload-pack can have one of those. More no client asks for.
 *
 * @returns when the channel has closed and all of its readers have left; never rejects.
 */
export async function servePacks(channel: HookChannel, session: PackSession): Promise<void> {
  const cursors: PackCursor[] = [];
  const pending: Promise<void>[] = [];
  await readFrames(channel.fromChild, {
    maxBytes: MAX_FRAME_BYTES,
    onFrame: (frame) => {
      const answered = answer(frame, { ...session, channel, cursors }).catch((error: unknown) => {
        session.onError?.(error);
        channel.toChild.write('fail\n');
      });
      pending.push(answered);
    },
  });
  for (const cursor of cursors) cursor.leave();
  await Promise.all(pending);
}

async function answer(
  frame: Buffer | null,
  { channel, packs, repositoryPath, onLost, cursors }: PackSession & { channel: HookChannel; cursors: PackCursor[] },
): Promise<void> {
  const request = frame && parsePackFrame(frame);
  if (!request) throw new Error('a frame is no pack request');
  const cursor = packs.join(repositoryPath, request);
  cursors.push(cursor);
  const { entry } = cursor;
  // The hook reads a line, so that a path with a line feed cannot be named to it.
  if (entry.isComplete && !entry.path.includes('\n')) {
    channel.toChild.write(`file ${entry.path}\n`);
    return;
  }
  await cursor.begun((line) => {
    if (wantsProgress(request)) channel.toChild.write(formatSaying(line.slice(line.lastIndexOf('\r') + 1)));
  });
  channel.toChild.write('stream\n');
  await pipeline(cursor.read(), channel.toChild).catch(onLost);
}
