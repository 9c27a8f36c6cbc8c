// Makes the bucket of the composition's S3 service, which the hub expects to be there: `node docker/make-bucket.mjs`.
import { Client } from 'minio';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;

const { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION = 'us-east-1' } = process.env;
const { protocol, hostname, port } = new URL(S3_ENDPOINT);
const useSSL = protocol === 'https:';
const client = new Client({
  endPoint: hostname,
  port: Number(port || (useSSL ? 443 : 80)),
  useSSL,
  region: S3_REGION,
  pathStyle: true,
  accessKey: S3_ACCESS_KEY,
  secretKey: S3_SECRET_KEY,
});

const lastTryAt = Date.now() + PATIENCE_MS;
for (;;) {
  try {
    if (!(await client.bucketExists(S3_BUCKET))) await client.makeBucket(S3_BUCKET, S3_REGION);
    break;
  } catch (error) {
    // Keys that are wrong do not become right; a service that is starting answers soon.
    const isRefused = /InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied/.test(error.code ?? '');
    if (isRefused || Date.now() > lastTryAt) {
      console.error(`The bucket ${S3_BUCKET} cannot be made: ${error.message || error.code}`);
      console.error(
        'Check that S3_SECRET_KEY has 8 characters or more and is the one that the S3 service was first started with.',
      );
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
