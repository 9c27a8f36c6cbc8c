import { randomBytes } from 'node:crypto';

/** Every object that was verified lies below this prefix, beside what is being verified and no row names. */
export const LFS_PREFIX = 'lfs/';
/** Bodies that nobody has verified yet; nothing is ever read out from here. */
export const STAGING_PREFIX = 'staging/';

/**
 * A key for one publication of a content. Objects fan out over two levels, as git-lfs keeps them; the end makes each
 * key unique, so that whatever removes an old publication cannot hit a new one of the same content.
 */
export function newStorageKey(oid: string): string {
  return `${LFS_PREFIX}${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}-${randomBytes(8).toString('hex')}`;
}

/** Where a client sends the whole body of an upload itself. */
export function stagingKeyOf(uploadId: string): string {
  return `${STAGING_PREFIX}${uploadId}`;
}
