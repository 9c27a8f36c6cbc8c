/** Pages of a repository that payloads name. They are named by ids, which stay when a ref moves on or goes. */

export function commitUrl(htmlUrl: string, id: string): string {
  return `${htmlUrl}/-/commit/${id}`;
}

export function commitsUrl(htmlUrl: string, id: string): string {
  return `${htmlUrl}/-/commits/${id}`;
}
