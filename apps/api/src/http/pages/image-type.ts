/** Images that a browser may show: none of them can carry a script (SVG can, so it is text). */
const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
};

/** By the name: an LFS object is not opened to look. `nosniff` keeps a wrong name from doing harm. */
export function imageTypeOf(path: string): string | null {
  const extension = /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase();
  return (extension && TYPES[extension]) ?? null;
}
