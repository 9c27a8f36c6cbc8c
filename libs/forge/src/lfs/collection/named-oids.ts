/** A pointer has fewer bytes (git-lfs: docs/spec.md says less than 1024); one more does no harm. */
export const NAMING_BLOB_LIMIT_BYTES = 1025;

/**
 * The oids that a small blob names. Whatever looks like it counts, also what git-lfs would not read and what no
 * `.gitattributes` marks: an object too many is kept, never one too few.
 */
export function namedOids(content: Buffer): string[] {
  return [...content.toString('latin1').matchAll(/sha256:([0-9a-f]{64})/g)].map(([, oid = '']) => oid);
}
