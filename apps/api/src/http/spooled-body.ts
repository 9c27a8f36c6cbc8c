import { randomUUID } from 'node:crypto';
import type { ReadStream } from 'node:fs';
import { open, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@granary/kernel';
import type { Request } from 'express';
import type { HubRequest } from './hub-request';

/** A body that has arrived and waits on the disk, so that neither its sender nor its turn costs memory. */
export interface SpooledBody {
  /** The request as it was, with the body to be read once more; only once. */
  replay(): Request;
  close(): Promise<void>;
}

/**
 * Receives the body of `request` into a file without a name in `directory`: nothing of it is left, however the process
 * ends.
 *
 * @throws DomainError `too_large` beyond `maxBytes`.
 */
export async function spoolBody(
  request: HubRequest,
  to: { directory: string; maxBytes: number },
): Promise<SpooledBody> {
  const file = await openNameless(to.directory);
  try {
    await receive(request, bounded(to.maxBytes), file);
  } catch (error) {
    await file.close();
    throw error;
  }
  // No stream may know the file by its number alone: destroyed, it would close whatever has that number by then.
  let body: ReadStream | undefined;
  return {
    replay: () => {
      body = file.createReadStream({ start: 0 });
      const { headers, method, url } = request;
      return Object.assign(body, { headers, method, url }) as unknown as Request;
    },
    close: async () => {
      body?.destroy();
      await file.close();
    },
  };
}

/** Not one pipeline with the request: who sends too much would be cut off instead of told. */
async function receive(request: HubRequest, limit: Transform, file: FileHandle): Promise<void> {
  const hasLeft = request.destroyed && !request.complete;
  if (hasLeft) throw new Error('the client has left');
  const broken = (error?: Error) => {
    if (error || !request.complete) limit.destroy(error ?? new Error('the client has left'));
  };
  request.once('error', broken).once('close', broken).pipe(limit);
  try {
    await pipeline(limit, (body) => writeFile(file, body as AsyncIterable<Buffer>));
  } catch (error) {
    request.unpipe(limit);
    // Clients read no answer before they have sent everything.
    await ended(request.resume());
    throw error;
  } finally {
    request.off('error', broken).off('close', broken);
  }
}

function ended(request: HubRequest): Promise<void> {
  return new Promise((resolve) => {
    if (request.complete || request.destroyed) return resolve();
    request
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve());
  });
}

async function openNameless(directory: string): Promise<FileHandle> {
  const path = join(directory, `${randomUUID()}.body`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
}

function bounded(maxBytes: number): Transform {
  let leftBytes = maxBytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      leftBytes -= chunk.length;
      if (leftBytes < 0) done(new DomainError('too_large', 'The request body is too large.'));
      else done(null, chunk);
    },
  });
}
