/** git-lfs: docs/api/README.md. */
export const LFS_JSON = 'application/vnd.git-lfs+json';

/** Whether a `Content-Type` or one range of an `Accept` header names {@link LFS_JSON}, whatever its parameters. */
export function isLfsJson(contentType: string): boolean {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() === LFS_JSON;
}
