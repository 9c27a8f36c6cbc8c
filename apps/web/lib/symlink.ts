/** The path in the repository that a symbolic link at `from` points to, or null when it points out of it. */
export function linkTarget(from: string, target: string): string | null {
  if (target === '' || target.startsWith('/')) return null;
  const segments = from.split('/').slice(0, -1);
  for (const segment of target.split('/')) {
    if (segment === '..') {
      if (segments.length === 0) return null;
      segments.pop();
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
  }
  return segments.join('/') || null;
}
