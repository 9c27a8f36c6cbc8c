import { count, list, matching, oneOf, origin, text, url } from '../kinds';
import { group } from '../variable';

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?$/i;

export const services = group('Postgres and Redis of your own', {
  DATABASE_URL: {
    ...url(['postgres:', 'postgresql:'], 'a postgres:// URL, or nothing for the embedded Postgres'),
    unset: 'the embedded Postgres',
    secret: true,
    meaning: '`postgres://user:password@host/database`; user and password are URL-encoded',
  },
  GRANARY_DATABASE_POOL: {
    ...count({ least: 12, most: 1_000, of: 'connections' }),
    default: '32',
    meaning: 'connections to Postgres that each process opens at most; behind pgbouncer: `pool_mode = session`',
  },
  REDIS_URL: {
    ...url(['redis:', 'rediss:'], 'a redis:// or rediss:// URL, or nothing for queues on Postgres'),
    unset: 'queues on Postgres',
    secret: true,
    meaning: '`redis://host:6379`; user and password are URL-encoded',
  },
});

export const s3 = group('An S3 store of your own', {
  S3_ENDPOINT: {
    ...origin('an http:// or https:// URL of a host and perhaps a port, or nothing for the file system'),
    unset: 'files below the data directory',
    meaning: 'the S3 service that keeps LFS objects and archives',
  },
  S3_PUBLIC_ENDPOINT: {
    ...origin('an http:// or https:// URL of a host and perhaps a port, or nothing when clients reach S3_ENDPOINT'),
    unset: '`S3_ENDPOINT`',
    meaning: 'the address under which clients reach it, when the hub uses another: [lfs.md](lfs.md)',
  },
  S3_BUCKET: {
    ...matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name of 3 to 63 characters a-z 0-9 . -'),
    unset: 'needed with S3',
    meaning: 'a bucket, which must exist',
  },
  S3_REGION: { ...matching(/^\S+$/, 'a region name'), default: 'us-east-1', meaning: 'the region of the bucket' },
  S3_ACCESS_KEY: {
    ...text('an access key'),
    unset: 'needed with S3',
    secret: true,
    meaning: 'the name of a key that may read, write, delete and list in the bucket',
  },
  S3_SECRET_KEY: { ...text('a secret key'), unset: 'needed with S3', secret: true, meaning: 'the secret of that key' },
});

export const webhooks = group('Webhooks', {
  GRANARY_WEBHOOK_ALLOWED_HOSTS: {
    ...list((text) => (HOST_AND_PORT.test(text) ? text : undefined), 'host names or host:port, separated by commas'),
    unset: 'none',
    meaning:
      '`host` or `host:port`, separated by commas, that webhooks may reach though they are private or plain http',
  },
});

export const pages = group('Pages', {
  GRANARY_IMAGE_PROXY: {
    ...oneOf('on', 'off'),
    default: 'on',
    meaning: 'the hub fetches the images of other hosts that Markdown names; `off` makes links: [pages.md](pages.md)',
  },
});
