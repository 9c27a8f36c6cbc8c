/** Whether `text` is the id of an LFS object: its SHA-256 as 64 lower-case hex digits. */
export function isLfsOid(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
