import { MultipartUpload } from './multipart-upload';
import type { S3Bucket } from './s3-bucket';

const MIB = 1024 * 1024;
const MAX_PARTS = 10_000;
const PARALLEL_PARTS = 4;

export interface ServerSideCopy {
  from: string;
  to: string;
  sizeBytes: number;
  contentType?: string;
  /** Larger objects are copied in parts. S3 copies at most 5 GiB in one request, and a large copy is slow in one. */
  copyPartBytes: number;
}

/** Copies inside the bucket; the bytes never leave the store. `to` appears at once, whole. */
export async function copyObject(bucket: S3Bucket, copy: ServerSideCopy): Promise<void> {
  const source = `/${bucket.name}/${copy.from}`;
  if (copy.sizeBytes <= copy.copyPartBytes) {
    await bucket.call((client) => client.copyObject(bucket.name, copy.to, source));
    return;
  }
  const headers: Record<string, string> = copy.contentType ? { 'Content-Type': copy.contentType } : {};
  const upload = await MultipartUpload.start(bucket, copy.to, headers);
  try {
    const parts = cutParts(source, copy);
    await Promise.all(Array.from({ length: PARALLEL_PARTS }, () => copyFrom(parts, upload)));
    await upload.complete();
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

async function copyFrom(parts: ReturnType<typeof cutParts>, upload: MultipartUpload): Promise<void> {
  for (const part of parts) await upload.copy(part);
}

function* cutParts(source: string, { sizeBytes, copyPartBytes }: ServerSideCopy) {
  const partBytes = Math.max(copyPartBytes, Math.ceil(sizeBytes / MAX_PARTS / MIB) * MIB);
  for (let number = 1, firstByte = 0; firstByte < sizeBytes; number++, firstByte += partBytes) {
    yield { number, source, firstByte, lastByte: Math.min(firstByte + partBytes, sizeBytes) - 1 };
  }
}
