/**
 * Where the hub's own API listens, as seen from this process: the API process sets it before it starts the pages.
 * Read at each call because Next evaluates modules at build time, when it is not set yet.
 *
 * @throws Error when the pages run without an API process around them.
 */
export function internalApiUrl(): string {
  const url = process.env.GRANARY_INTERNAL_URL;
  if (!url) throw new Error('GRANARY_INTERNAL_URL is not set: the pages are served by the API process');
  return url;
}
