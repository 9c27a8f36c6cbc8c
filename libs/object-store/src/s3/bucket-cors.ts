import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { s3Code } from './s3-failure';
import type { S3Bucket } from './s3-bucket';

const NONE = new Set(['NoSuchCORSConfiguration', 'NoSuchCORSConfigurationError']);
const TIMEOUT_MS = 5_000;
const RULE_ID = 'granary';

/** The headers of a presigned PUT, which browsers ask about before they send them. */
const ALLOWED_HEADERS = ['content-type', 'x-amz-checksum-sha256'];
const EXPOSED_HEADERS = ['ETag', 'Content-Range', 'Content-Length'];

const tags = (name: string, values: readonly string[]) => values.map((value) => `<${name}>${value}</${name}>`).join('');

function ruleFor(origin: string): string {
  return `<CORSRule><ID>${RULE_ID}</ID>${tags('AllowedOrigin', [origin])}${tags('AllowedMethod', ['GET', 'PUT'])}${tags('AllowedHeader', ALLOWED_HEADERS)}${tags('ExposeHeader', EXPOSED_HEADERS)}<MaxAgeSeconds>3600</MaxAgeSeconds></CORSRule>`;
}

function rulesOf(configuration: string): string[] {
  return configuration.match(/<CORSRule>.*?<\/CORSRule>/gs) ?? [];
}

const isOurs = (rule: string) => rule.includes(`<ID>${RULE_ID}</ID>`);

/** GetBucketCors and PutBucketCors of the S3 API reference. */
export async function allowOrigin(bucket: S3Bucket, origin: string): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const rules = rulesOf(await readConfiguration(bucket, signal));
  if (rules.some((rule) => isOurs(rule) && rule.includes(`<AllowedOrigin>${origin}</AllowedOrigin>`))) return;
  const kept = rules.filter((rule) => !isOurs(rule));
  const body = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${[...kept, ruleFor(origin)].join('')}</CORSConfiguration>`;
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
  await bucket.call(
    (client) =>
      client.makeRequestAsyncOmit({ method: 'PUT', bucketName: bucket.name, query: 'cors', headers }, body, [200, 204]),
    signal,
  );
}

async function readConfiguration(bucket: S3Bucket, signal: AbortSignal): Promise<string> {
  return bucket.call(async (client) => {
    try {
      return await text(await client.makeRequestAsync({ method: 'GET', bucketName: bucket.name, query: 'cors' }));
    } catch (error) {
      if (NONE.has(s3Code(error) ?? '')) return '';
      throw error;
    }
  }, signal);
}
