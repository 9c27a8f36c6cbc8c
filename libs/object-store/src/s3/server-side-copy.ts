import { MIB } from '@granary/kernel';
import { MultipartUpload, type CopyPart } from './multipart-upload';
import { TRANSFER_ATTEMPTS, type S3Bucket } from './s3-bucket';

const MAX_PARTS = 10_000;
const PARALLEL_PARTS = 4;
/** S3 takes no smaller part, but as the last. */
export const LEAST_PART_BYTES = 5 * MIB;

export interface CopySource {
  name: string;
  sizeBytes: number;
}

export interface ServerSideCopy {
  /** One behind the other. */
  from: readonly CopySource[];
  to: string;
  contentType?: string;
  /** Larger objects are copied in parts. S3 copies at most 5 GiB in one request, and a large copy is slow in one. */
  copyPartBytes: number;
  signal?: AbortSignal;
}

/** Copies inside the bucket; the bytes never leave the store. `to` appears at once, whole. */
export async function copyObjects(bucket: S3Bucket, copy: ServerSideCopy): Promise<void> {
  const [only, ...more] = copy.from;
  if (only && more.length === 0 && only.sizeBytes <= copy.copyPartBytes) {
    await bucket.call(
      (client) => client.copyObject(bucket.name, copy.to, `/${bucket.name}/${only.name}`),
      copy.signal,
      TRANSFER_ATTEMPTS,
    );
    return;
  }
  const headers: Record<string, string> = copy.contentType ? { 'Content-Type': copy.contentType } : {};
  const upload = await MultipartUpload.start(bucket, copy.to, headers);
  try {
    const parts = cutParts(bucket.name, copy);
    await Promise.all(Array.from({ length: PARALLEL_PARTS }, () => copyFrom(parts, upload, copy.signal)));
    await upload.complete();
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

/** Whether S3 takes the objects as parts of one. */
export function canBeParts(from: readonly CopySource[]): boolean {
  return from.length <= MAX_PARTS && from.slice(0, -1).every(({ sizeBytes }) => sizeBytes >= LEAST_PART_BYTES);
}

async function copyFrom(parts: Iterable<CopyPart>, upload: MultipartUpload, signal?: AbortSignal): Promise<void> {
  for (const part of parts) {
    signal?.throwIfAborted();
    await upload.copy(part);
  }
}

function* cutParts(bucketName: string, { from, copyPartBytes }: ServerSideCopy): Generator<CopyPart> {
  let number = 1;
  for (const { name, sizeBytes } of from) {
    const source = `/${bucketName}/${name}`;
    const partBytes = Math.max(copyPartBytes, Math.ceil(sizeBytes / MAX_PARTS / MIB) * MIB);
    for (let firstByte = 0; firstByte < sizeBytes; firstByte += partBytes) {
      yield { number: number++, source, firstByte, lastByte: Math.min(firstByte + partBytes, sizeBytes) - 1 };
    }
  }
}
