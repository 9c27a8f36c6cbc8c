export type ObjectFormat = 'sha1' | 'sha256';

/** Hex digits of an object id. */
export const OID_LENGTH: Record<ObjectFormat, number> = { sha1: 40, sha256: 64 };

/** Whether `text` is a whole object id as git writes it: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. */
export function isOid(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** The id that stands for "no object": the old side of a created ref, the new side of a deleted one. */
export function zeroOid(format: ObjectFormat = 'sha1'): string {
  return '0'.repeat(OID_LENGTH[format]);
}

export function isZeroOid(text: string): boolean {
  return isOid(text) && /^0+$/.test(text);
}
