/** What the composition root hands to the product. Parsed once, there. */
export interface ForgeOptions {
  baseUrl: string;
  repositoriesDir: string;
  /** 32 bytes; every purpose derives its own key from it. */
  instanceSecret: Buffer;
  minRsaBits: number;
  /** Deleted repositories can be restored for so long. */
  deletedGraceDays: number;
  webhooks: { allowHttp: boolean; allowedHosts: string[] };
  version: string;
  /** Where SSH is met from outside; null where it is off. */
  ssh: { host: string; port: number; userName: string } | null;
  /** Direct: clients send LFS objects to the store and fetch them there, where it can presign. */
  lfs: { direct: boolean };
}
