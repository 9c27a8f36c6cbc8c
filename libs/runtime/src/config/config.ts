import { resolve } from 'node:path';
import type { ArchiveOptions, LfsOptions } from '@granary/forge';
import type { LogLevel } from '@granary/log';
import type { QuotaLimits } from '@granary/api-contract';
import { valuesOf, type Environment } from './environment';
import { isEverywhere } from './kinds';
import { checkTogether } from './rules';
import type { Values } from './variables';

export interface S3Config {
  endpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** Where clients reach the store, when that is another address than the hub's. */
  publicEndpoint?: string;
}

export interface Config {
  host: string;
  port: number;
  /** Null: SSH is off. */
  sshPort: number | null;
  /** An sshd in front: the account that it signs clients in to, and the port that they see. Null: there is none. */
  sshGate: { account: string; port: number } | null;
  /** Whether Git LFS objects go over SSH alone. Every byte then goes through the hub, which is a detour with S3. */
  sshLfs: boolean;
  /** Without a slash at the end. */
  baseUrl: string;
  dataDir: string;
  adminPassword: string | null;
  registration: 'open' | 'closed';
  /** Whose `X-Forwarded-For` is believed: addresses, CIDR blocks, `loopback`, `uniquelocal`, as Express names them. */
  trustedProxies: string[];
  /** The least that is logged. */
  logLevel: LogLevel;
  mode: 'all' | 'web' | 'worker';
  databaseUrl: string | null;
  redisUrl: string | null;
  /** Lets a scraper read the metrics. Null: only from this machine, or site admins. */
  metricsToken: string | null;
  /** Connections to Postgres that this process opens at most, its queue's among them. */
  databasePool: number;
  s3: S3Config | null;
  webhookAllowedHosts: string[];
  /** Images of other hosts come through the hub; else they are links. */
  imageProxy: boolean;
  /** 0: for ever. */
  auditDays: number;
  /** A push of more refs is refused. */
  maxPushRefs: number;
  lfs: LfsOptions;
  /** What the packs of clones may take on the disk; 0: they are not kept. */
  packCacheBytes: number;
  /** What large files that are being read take on the disk. */
  blobSpoolBytes: number;
  archives: Omit<ArchiveOptions, 'spoolDir'>;
  /** A client that keeps the hub waiting for so long, and moves fewer bytes a second than that, is let go. */
  stall: { graceMs: number; leastBytesPerSecond: number };
  /** What requests under way may still take when the hub is told to stop. */
  shutdownGraceMs: number;
  /** Of namespaces without limits of their own; null: none. */
  defaultLimits: QuotaLimits;
  version: string;
}

export const VERSION = '0.1.0';

/** {@link checkTogether} has seen that the rest of it is there. */
function s3Of(v: Values): S3Config | null {
  if (v.S3_ENDPOINT === null) return null;
  return {
    endpoint: v.S3_ENDPOINT,
    bucket: v.S3_BUCKET ?? '',
    region: v.S3_REGION,
    accessKey: v.S3_ACCESS_KEY ?? '',
    secretKey: v.S3_SECRET_KEY ?? '',
    publicEndpoint: v.S3_PUBLIC_ENDPOINT ?? undefined,
  };
}

function archivesOf(v: Values): Config['archives'] {
  return {
    cacheBytes: v.GRANARY_ARCHIVE_CACHE_MIB * 1024 ** 2,
    cacheDays: v.GRANARY_ARCHIVE_CACHE_DAYS,
    redirects: v.GRANARY_ARCHIVE_REDIRECT === 'presigned',
    maxEntries: v.GRANARY_ARCHIVE_MAX_ENTRIES,
    maxContentBytes: v.GRANARY_ARCHIVE_MAX_GIB * 1024 ** 3,
    maxMinutes: v.GRANARY_ARCHIVE_MAX_MINUTES,
    buildsPerRepository: v.GRANARY_ARCHIVE_BUILDS_PER_REPOSITORY,
    builds: v.GRANARY_ARCHIVE_BUILDS,
  };
}

function defaultBaseUrl(host: string, portNumber: number): string {
  const name = isEverywhere(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}${portNumber === 80 ? '' : `:${portNumber}`}`;
}

/** @throws ConfigError for the first variable that is wrong. */
export function parseConfig(env: Environment): Config {
  const v = valuesOf(env);
  checkTogether(v);
  return {
    host: v.GRANARY_HOST,
    port: v.GRANARY_PORT,
    sshPort: v.GRANARY_SSH_PORT === 0 ? null : v.GRANARY_SSH_PORT,
    sshGate: v.GRANARY_SSH_GATE,
    sshLfs: v.GRANARY_SSH_LFS ? v.GRANARY_SSH_LFS === 'on' : v.S3_ENDPOINT === null,
    baseUrl: v.GRANARY_BASE_URL ?? defaultBaseUrl(v.GRANARY_HOST, v.GRANARY_PORT),
    dataDir: resolve(v.GRANARY_DATA_DIR),
    adminPassword: v.GRANARY_ADMIN_PASSWORD,
    registration: v.GRANARY_REGISTRATION,
    trustedProxies: v.GRANARY_TRUSTED_PROXIES ?? [],
    logLevel: v.GRANARY_LOG_LEVEL,
    mode: v.GRANARY_MODE,
    databaseUrl: v.DATABASE_URL,
    redisUrl: v.REDIS_URL,
    metricsToken: v.GRANARY_METRICS_TOKEN,
    databasePool: v.GRANARY_DATABASE_POOL,
    s3: s3Of(v),
    webhookAllowedHosts: v.GRANARY_WEBHOOK_ALLOWED_HOSTS ?? [],
    imageProxy: v.GRANARY_IMAGE_PROXY === 'on',
    auditDays: v.GRANARY_AUDIT_DAYS,
    maxPushRefs: v.GRANARY_PUSH_MAX_REFS,
    lfs: {
      direct: v.GRANARY_LFS_DIRECT === 'on',
      graceDays: v.GRANARY_LFS_GRACE_DAYS,
      undeleteDays: v.GRANARY_LFS_UNDELETE_DAYS,
      scrubDays: v.GRANARY_LFS_SCRUB_DAYS,
      scrubBytesPerSecond: v.GRANARY_LFS_SCRUB_MIB_PER_SECOND * 1024 * 1024,
    },
    packCacheBytes: v.GRANARY_PACK_CACHE_MIB * 1024 * 1024,
    blobSpoolBytes: v.GRANARY_BLOB_SPOOL_MIB * 1024 * 1024,
    archives: archivesOf(v),
    stall: { graceMs: v.GRANARY_STALL_SECONDS * 1000, leastBytesPerSecond: v.GRANARY_STALL_BYTES_PER_SECOND },
    shutdownGraceMs: v.GRANARY_SHUTDOWN_GRACE_SECONDS * 1000,
    defaultLimits: {
      git_public_bytes: v.GRANARY_DEFAULT_GIT_PUBLIC,
      git_private_bytes: v.GRANARY_DEFAULT_GIT_PRIVATE,
      lfs_public_bytes: v.GRANARY_DEFAULT_LFS_PUBLIC,
      lfs_private_bytes: v.GRANARY_DEFAULT_LFS_PRIVATE,
      public_repositories: v.GRANARY_DEFAULT_REPOSITORIES_PUBLIC,
      private_repositories: v.GRANARY_DEFAULT_REPOSITORIES_PRIVATE,
    },
    version: VERSION,
  };
}
