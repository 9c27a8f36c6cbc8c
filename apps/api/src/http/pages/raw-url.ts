/** Where the bytes of a file are. */
export function rawUrl(baseUrl: string, repository: string, at: { ref: string; path: string }): string {
  const place = [...at.ref.split('/'), ...at.path.split('/')].map(encodeURIComponent).join('/');
  return `${baseUrl}/${repository}/-/raw/${place}`;
}
