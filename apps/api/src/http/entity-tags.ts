/**
 * Whether an `If-None-Match` names `etag` (RFC 9110, section 13.1.2, where weak tags count too). `*` stands for any.
 *
 * @param etag with its quotes.
 */
export function namesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
