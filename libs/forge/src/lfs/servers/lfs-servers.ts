import type { LfsPlace } from '@granary/api-contract';
import { configOfBlob, type OpenedRepository } from '@granary/git-process';
import { lfsDownloadServerIn, lfsServersIn } from '@granary/wire';

const CONFIG = '.lfsconfig';
/** Longer ones are nobody's, and are not read. */
const MAX_CONFIG_BYTES = 64 * 1024;
/** Each costs a git process. */
const MAX_CONFIGS = 32;
/** Of one file: each costs a query. */
const MAX_ADDRESSES = 32;

/** What lies at an address of an LFS server; null for the repository itself. */
export type LfsPlaceOf = (address: string) => Promise<LfsPlace | null>;

/** What a `.lfsconfig` says. */
interface Servers {
  /** Where objects are fetched from; null: from the repository. */
  downloads: LfsPlace | null;
  namesAnother: boolean;
}

const NONE: Servers = { downloads: null, namesAnother: false };

/**
 * Where clients of a commit look for its LFS objects, by the `.lfsconfig` at its root. Made for one piece of work: it
 * remembers what it has read. Nobody is ever asked at the addresses that stand there.
 */
export class LfsServers {
  private readonly read = new Map<string, Promise<Servers>>();

  constructor(
    private readonly repository: OpenedRepository,
    private readonly placeOf: LfsPlaceOf,
  ) {}

  /** @returns null where they look in the repository itself. */
  async downloadsOf(treeish: string): Promise<LfsPlace | null> {
    return (await this.of(treeish)).downloads;
  }

  /** Whether they are sent to another server, be it for uploads alone. */
  async nameAnother(treeish: string): Promise<boolean> {
    return (await this.of(treeish)).namesAnother;
  }

  private async of(treeish: string): Promise<Servers> {
    const config = await this.repository.objects.info(`${treeish}:${CONFIG}`);
    if (config?.type !== 'blob' || config.sizeBytes > MAX_CONFIG_BYTES) return NONE;
    const known = this.read.get(config.oid);
    if (known || this.read.size >= MAX_CONFIGS) return known ?? NONE;
    const asked = this.readConfig(config.oid);
    this.read.set(config.oid, asked);
    return asked;
  }

  private async readConfig(blob: string): Promise<Servers> {
    // What git cannot read, git-lfs cannot either.
    const settings = await configOfBlob(this.repository, blob);
    const address = lfsDownloadServerIn(settings);
    const downloads = address === null ? null : await this.placeOf(address);
    return { downloads, namesAnother: downloads !== null || (await this.isAnyAnother(lfsServersIn(settings))) };
  }

  private async isAnyAnother(addresses: readonly string[]): Promise<boolean> {
    for (const address of [...new Set(addresses)].slice(0, MAX_ADDRESSES)) {
      if ((await this.placeOf(address)) !== null) return true;
    }
    return false;
  }
}
