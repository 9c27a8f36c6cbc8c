import type { S3Bucket } from './s3-bucket';
import { uriEscape } from './uri-escape';

/** Stands in no key. Swift takes an empty delimiter for one that is everywhere, and would name no upload. */
const NO_DELIMITER = '|';

/** Aborts multipart uploads below `prefix` begun before `before`; S3 keeps, and bills, their parts for ever. */
export async function abortStaleUploads(bucket: S3Bucket, prefix: string, before: Date): Promise<number> {
  let aborted = 0;
  let [keyMarker, uploadIdMarker] = ['', ''];
  for (;;) {
    const page = await bucket.call((client) =>
      client.listIncompleteUploadsQuery(bucket.name, prefix, keyMarker, uploadIdMarker, NO_DELIMITER),
    );
    for (const { key, uploadId, initiated } of page.uploads) {
      if (initiated > before) continue;
      await bucket.call((client) => client.abortMultipartUpload(bucket.name, key, uriEscape(uploadId)));
      aborted++;
    }
    if (!page.isTruncated) return aborted;
    [keyMarker, uploadIdMarker] = [page.nextKeyMarker, page.nextUploadIdMarker];
  }
}
