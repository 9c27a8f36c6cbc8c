import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { ArchiveOptions, LfsOptions } from '@granary/forge';
import type { QuotaLimits } from '@granary/api-contract';
import { parseBytes } from '@granary/kernel';
import { z } from 'zod';

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
  mode: 'all' | 'web' | 'worker';
  databaseUrl: string | null;
  redisUrl: string | null;
  /** Connections to Postgres that this process opens at most, its queue's among them. */
  databasePool: number;
  s3: S3Config | null;
  webhookAllowedHosts: string[];
  /** 0: for ever. */
  auditDays: number;
  /** A push of more refs is refused. */
  maxPushRefs: number;
  lfs: LfsOptions;
  /** What the packs of clones may take on the disk; 0: they are not kept. */
  packCacheBytes: number;
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

/** A wrong environment: one line that names the variable, its fault and what is accepted. */
export class ConfigError extends Error {}

const port = (fallback: number, least: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((n) => n >= least && n <= 65535)
    .default(fallback);

const count = (fallback: number, least: number, most = 9_999_999) =>
  z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .refine((n) => n >= least && n <= most)
    .default(fallback);

const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol));

/** Private networks (RFC 1918, RFC 4193) are called so by Express. */
const PROXY_WORDS = new Map([
  ['loopback', 'loopback'],
  ['private', 'uniquelocal'],
]);

function isAddressOrBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  // A block of everything would believe everybody.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const trustedProxies = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((parts) => parts.every((part) => PROXY_WORDS.has(part) || isAddressOrBlock(part)))
  .transform((parts) => parts.map((part) => PROXY_WORDS.get(part) ?? part))
  .default([]);

/** Words that somebody writes who takes the variable for a switch: hardly the names of accounts. */
const SWITCH = /^(on|off|yes|no|true|false|\d+)(:|$)/;

const sshGate = z
  .string()
  .regex(/^[a-z_][a-z0-9_.-]{0,31}(:\d{1,5})?$/i)
  .refine((text) => !SWITCH.test(text))
  .transform((text) => {
    const [account = '', portNumber = '22'] = text.split(':');
    return { account, port: Number(portNumber) };
  })
  .refine((gate) => gate.port >= 1 && gate.port <= 65535);

const UNLIMITED = 'unlimited';

const byteLimit = z
  .string()
  .refine((text) => text === UNLIMITED || parseBytes(text) !== null)
  .transform((text) => (text === UNLIMITED ? null : parseBytes(text)))
  .default(null);

const countLimit = z
  .string()
  .regex(/^(unlimited|\d{1,9})$/)
  .transform((text) => (text === UNLIMITED ? null : Number(text)))
  .default(null);

const VARIABLES = {
  GRANARY_HOST: z.string().min(1).default('127.0.0.1'),
  GRANARY_PORT: port(3000, 1),
  GRANARY_SSH_PORT: port(2222, 0),
  GRANARY_SSH_GATE: sshGate.optional(),
  GRANARY_SSH_LFS: z.enum(['on', 'off']).optional(),
  GRANARY_BASE_URL: url('http:', 'https:').optional(),
  GRANARY_DATA_DIR: z.string().min(1).default('./data'),
  GRANARY_ADMIN_PASSWORD: z.string().min(10).max(1024).optional(),
  GRANARY_REGISTRATION: z.enum(['open', 'closed']).default('closed'),
  GRANARY_TRUSTED_PROXIES: trustedProxies,
  GRANARY_MODE: z.enum(['all', 'web', 'worker']).default('all'),
  GRANARY_WEBHOOK_ALLOWED_HOSTS: z.string().default(''),
  GRANARY_AUDIT_DAYS: count(365, 0, 36_500),
  GRANARY_PUSH_MAX_REFS: count(20_000, 1),
  GRANARY_LFS_GRACE_DAYS: count(14, 0, 3650),
  GRANARY_LFS_UNDELETE_DAYS: count(14, 0, 3650),
  GRANARY_LFS_SCRUB_DAYS: count(30, 0, 3650),
  GRANARY_LFS_SCRUB_MIB_PER_SECOND: count(32, 1, 100_000),
  GRANARY_PACK_CACHE_MIB: z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .default(2048),
  GRANARY_ARCHIVE_CACHE_MIB: count(4096, 0),
  GRANARY_ARCHIVE_CACHE_DAYS: count(7, 1),
  GRANARY_ARCHIVE_REDIRECT: z.enum(['off', 'presigned']).default('off'),
  GRANARY_ARCHIVE_MAX_ENTRIES: count(100_000, 1),
  GRANARY_ARCHIVE_MAX_GIB: count(64, 1),
  GRANARY_ARCHIVE_MAX_MINUTES: count(30, 1),
  GRANARY_ARCHIVE_BUILDS_PER_REPOSITORY: count(4, 1),
  GRANARY_ARCHIVE_BUILDS: count(2 * availableParallelism(), 1),
  GRANARY_STALL_SECONDS: count(90, 1, 86_400),
  GRANARY_STALL_BYTES_PER_SECOND: count(500, 1),
  GRANARY_SHUTDOWN_GRACE_SECONDS: count(25, 0, 86_400),
  GRANARY_DEFAULT_GIT_PUBLIC: byteLimit,
  GRANARY_DEFAULT_GIT_PRIVATE: byteLimit,
  GRANARY_DEFAULT_LFS_PUBLIC: byteLimit,
  GRANARY_DEFAULT_LFS_PRIVATE: byteLimit,
  GRANARY_DEFAULT_REPOSITORIES_PUBLIC: countLimit,
  GRANARY_DEFAULT_REPOSITORIES_PRIVATE: countLimit,
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  GRANARY_DATABASE_POOL: count(32, 12, 1_000),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  GRANARY_LFS_DIRECT: z.enum(['on', 'off']).default('on'),
  S3_ENDPOINT: url('http:', 'https:').optional(),
  S3_PUBLIC_ENDPOINT: url('http:', 'https:').optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ACCESS_KEY: z.string().min(1).optional(),
  S3_SECRET_KEY: z.string().min(1).optional(),
};

const BYTE_LIMIT = 'a size with its unit, such as 10GiB, or unlimited';
const COUNT_LIMIT = 'a number of repositories, or unlimited';

const ACCEPTED: Record<keyof typeof VARIABLES, string> = {
  GRANARY_HOST: 'an address or host name to listen on, such as 127.0.0.1 or 0.0.0.0',
  GRANARY_PORT: 'a port from 1 to 65535',
  GRANARY_SSH_PORT: 'a port from 1 to 65535, or 0 to switch SSH off',
  GRANARY_SSH_GATE: 'the account that your sshd signs clients in to, as git or git:22, or nothing without such an sshd',
  GRANARY_SSH_LFS: 'on or off, or nothing for on with the file system and off with S3',
  GRANARY_BASE_URL: 'an http:// or https:// URL',
  GRANARY_DATA_DIR: 'a directory',
  GRANARY_ADMIN_PASSWORD: 'a password of 10 to 1024 characters',
  GRANARY_REGISTRATION: 'open or closed',
  GRANARY_TRUSTED_PROXIES:
    'addresses or blocks such as 10.0.0.0/8, the words loopback and private, separated by commas',
  GRANARY_MODE: 'all, web or worker',
  GRANARY_WEBHOOK_ALLOWED_HOSTS: 'host names or host:port, separated by commas',
  GRANARY_AUDIT_DAYS: 'a number of days from 1 to 36500, or 0 to keep the audit log for ever',
  GRANARY_PUSH_MAX_REFS: 'a number of refs from 1 to 9999999',
  GRANARY_LFS_GRACE_DAYS: 'a number of days from 0 to 3650',
  GRANARY_LFS_UNDELETE_DAYS: 'a number of days from 0 to 3650',
  GRANARY_LFS_SCRUB_DAYS: 'a number of days from 1 to 3650, or 0 to read no object again',
  GRANARY_LFS_SCRUB_MIB_PER_SECOND: 'a number of MiB from 1 to 100000',
  GRANARY_PACK_CACHE_MIB: 'a number of MiB from 1 to 9999999, or 0 to switch the pack cache off',
  GRANARY_ARCHIVE_CACHE_MIB: 'a number of MiB from 1 to 9999999, or 0 to keep no archives',
  GRANARY_ARCHIVE_CACHE_DAYS: 'a number of days from 1 to 9999999',
  GRANARY_ARCHIVE_REDIRECT: 'off or presigned',
  GRANARY_ARCHIVE_MAX_ENTRIES: 'a number from 1 to 9999999',
  GRANARY_ARCHIVE_MAX_GIB: 'a number of GiB from 1 to 9999999',
  GRANARY_ARCHIVE_MAX_MINUTES: 'a number of minutes from 1 to 9999999',
  GRANARY_ARCHIVE_BUILDS_PER_REPOSITORY: 'a number from 1 to 9999999',
  GRANARY_ARCHIVE_BUILDS: 'a number from 1 to 9999999',
  GRANARY_STALL_SECONDS: 'a number of seconds from 1 to 86400',
  GRANARY_STALL_BYTES_PER_SECOND: 'a number of bytes from 1 to 9999999',
  GRANARY_SHUTDOWN_GRACE_SECONDS: 'a number of seconds from 0 to 86400',
  GRANARY_DEFAULT_GIT_PUBLIC: BYTE_LIMIT,
  GRANARY_DEFAULT_GIT_PRIVATE: BYTE_LIMIT,
  GRANARY_DEFAULT_LFS_PUBLIC: BYTE_LIMIT,
  GRANARY_DEFAULT_LFS_PRIVATE: BYTE_LIMIT,
  GRANARY_DEFAULT_REPOSITORIES_PUBLIC: COUNT_LIMIT,
  GRANARY_DEFAULT_REPOSITORIES_PRIVATE: COUNT_LIMIT,
  DATABASE_URL: 'a postgres:// URL, or nothing for the embedded Postgres',
  GRANARY_DATABASE_POOL: 'a number of connections from 12 to 1000',
  REDIS_URL: 'a redis:// or rediss:// URL, or nothing for queues on Postgres',
  GRANARY_LFS_DIRECT: 'on or off',
  S3_ENDPOINT: 'an http:// or https:// URL, or nothing for the file system',
  S3_PUBLIC_ENDPOINT: 'an http:// or https:// URL, or nothing when clients reach S3_ENDPOINT',
  S3_BUCKET: 'a bucket name of 3 to 63 characters a-z 0-9 . -',
  S3_REGION: 'a region name',
  S3_ACCESS_KEY: 'an access key',
  S3_SECRET_KEY: 'a secret key',
};

const SECRET = /PASSWORD|SECRET|_URL$/;

type Name = keyof typeof VARIABLES;
type Environment = Record<string, string | undefined>;
type Values = { [K in Name]: z.output<(typeof VARIABLES)[K]> };

function fault(name: Name, value: string | undefined): ConfigError {
  // URLs may carry passwords: a wrong one is named, not shown.
  const shown =
    value === undefined ? 'is not set' : SECRET.test(name) ? 'has a wrong value' : `is ${JSON.stringify(value)}`;
  return new ConfigError(`${name} ${shown}; accepted: ${ACCEPTED[name]}`);
}

function valuesOf(env: Environment): Values {
  const values: Partial<Record<Name, unknown>> = {};
  for (const name of Object.keys(VARIABLES) as Name[]) {
    const raw = env[name] === '' ? undefined : env[name];
    const parsed = VARIABLES[name].safeParse(raw);
    if (!parsed.success) throw fault(name, raw);
    values[name] = parsed.data;
  }
  return values as Values;
}

const S3_NEEDS = ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const;

function s3Of(v: Values): S3Config | null {
  if (v.S3_ENDPOINT === undefined) return null;
  for (const name of S3_NEEDS) if (v[name] === undefined) throw fault(name, undefined);
  return {
    endpoint: v.S3_ENDPOINT,
    bucket: v.S3_BUCKET ?? '',
    region: v.S3_REGION,
    accessKey: v.S3_ACCESS_KEY ?? '',
    secretKey: v.S3_SECRET_KEY ?? '',
    publicEndpoint: v.S3_PUBLIC_ENDPOINT,
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
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}${portNumber === 80 ? '' : `:${portNumber}`}`;
}

/** @throws ConfigError for the first variable that is wrong. */
export function parseConfig(env: Environment): Config {
  const v = valuesOf(env);
  const split = v.GRANARY_MODE !== 'all';
  if (split && v.DATABASE_URL === undefined) throw fault('DATABASE_URL', undefined);
  return {
    host: v.GRANARY_HOST,
    port: v.GRANARY_PORT,
    sshPort: v.GRANARY_SSH_PORT === 0 ? null : v.GRANARY_SSH_PORT,
    sshGate: v.GRANARY_SSH_GATE ?? null,
    sshLfs: v.GRANARY_SSH_LFS ? v.GRANARY_SSH_LFS === 'on' : v.S3_ENDPOINT === undefined,
    baseUrl: (v.GRANARY_BASE_URL ?? defaultBaseUrl(v.GRANARY_HOST, v.GRANARY_PORT)).replace(/\/+$/, ''),
    dataDir: resolve(v.GRANARY_DATA_DIR),
    adminPassword: v.GRANARY_ADMIN_PASSWORD ?? null,
    registration: v.GRANARY_REGISTRATION,
    trustedProxies: v.GRANARY_TRUSTED_PROXIES,
    mode: v.GRANARY_MODE,
    databaseUrl: v.DATABASE_URL ?? null,
    redisUrl: v.REDIS_URL ?? null,
    databasePool: v.GRANARY_DATABASE_POOL,
    s3: s3Of(v),
    webhookAllowedHosts: v.GRANARY_WEBHOOK_ALLOWED_HOSTS.split(',')
      .map((host) => host.trim())
      .filter(Boolean),
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
