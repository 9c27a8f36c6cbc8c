import type { QuotaLimitName, QuotaLimits, Visibility } from '@granary/api-contract';

/** Public and private are limited apart; what is internal is private to the world. */
export type StorageClass = 'public' | 'private';
export type Measure = 'git' | 'lfs' | 'repositories';

export const MEASURES: readonly Measure[] = ['git', 'lfs', 'repositories'];
/** From here on the owner is told, and so is whoever pushes. */
export const WARNING_SHARE = 0.8;

const NAMES: Record<Measure, Record<StorageClass, QuotaLimitName>> = {
  git: { public: 'git_public_bytes', private: 'git_private_bytes' },
  lfs: { public: 'lfs_public_bytes', private: 'lfs_private_bytes' },
  repositories: { public: 'public_repositories', private: 'private_repositories' },
};

export const NO_LIMITS: QuotaLimits = {
  git_public_bytes: null,
  git_private_bytes: null,
  lfs_public_bytes: null,
  lfs_private_bytes: null,
  public_repositories: null,
  private_repositories: null,
};

export function classOf(visibility: Visibility): StorageClass {
  return visibility === 'public' ? 'public' : 'private';
}

/** A namespace's own limit goes before the hub's, also where it says that there is none. */
export function limitOf(
  { own, defaults }: { own: Partial<QuotaLimits>; defaults: QuotaLimits },
  measure: Measure,
  storageClass: StorageClass,
): { limit: number | null; source: 'own' | 'default' } {
  const name = NAMES[measure][storageClass];
  const set = own[name];
  return set === undefined ? { limit: defaults[name], source: 'default' } : { limit: set, source: 'own' };
}

/** How much of each measure something adds. */
export type Growth = Partial<Record<Measure, number>>;
