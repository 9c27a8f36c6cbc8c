import type { QuotaLimits } from '@granary/api-contract';
/** Archives (docs/archives.md). */
export interface ArchiveOptions {
  /** Where archives grow that are being made. */
  spoolDir: string;
  /** What made archives may take in the object store; 0: none is kept. */
  cacheBytes: number;
  /** One that nobody asked for so long is removed. */
  cacheDays: number;
  /** Sends clients to the object store itself where that has links. */
  redirects: boolean;
  maxEntries: number;
  /** Before compression. */
  maxContentBytes: number;
  maxMinutes: number;
  /** So many are made at once, of one repository and in all. */
  buildsPerRepository: number;
  builds: number;
}

/** What the composition root hands to the product. Parsed once, there. */
export interface ForgeOptions {
  baseUrl: string;
  repositoriesDir: string;
  /** 32 bytes; every purpose derives its own key from it. */
  instanceSecret: Buffer;
  minRsaBits: number;
  /** Deleted repositories can be restored for so long. */
  deletedGraceDays: number;
  /** Audit entries are kept for so long; 0: for ever. */
  auditDays: number;
  /** A push of more refs is refused. */
  maxPushRefs: number;
  lfs: LfsOptions;
  /** For namespaces that have no limits of their own. */
  defaultLimits: QuotaLimits;
  webhooks: { allowHttp: boolean; allowedHosts: string[] };
  archives: ArchiveOptions;
  version: string;
  /** Where SSH is met from outside; null where it is off. */
  ssh: { host: string; port: number; userName: string } | null;
}

/** How LFS objects travel, how long those that nothing names are kept, and how often the others are looked at. */
export interface LfsOptions {
  /** Clients send objects to the store and fetch them there, where it can presign. */
  direct: boolean;
  /** An object that nothing names stays linked for so long after it was last shown or named. */
  graceDays: number;
  /** Then it can be restored for so long. */
  undeleteDays: number;
  /** Each object is hashed again at least so often; 0: never. */
  scrubDays: number;
  /** The most that is read for it in a second. */
  scrubBytesPerSecond: number;
}
