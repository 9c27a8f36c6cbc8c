import type { LfsPlace } from './lfs-place';

/** As part of a sentence: `another LFS server, lfs.example`. */
export function lfsPlaceText({ host, repository }: LfsPlace): string {
  if (repository !== null) return `another repository of this hub, ${repository}`;
  return host === null ? 'another LFS server' : `another LFS server, ${host}`;
}
