import { headers } from 'next/headers';

/** Where the form that was sent stood, if on a page at `path`: at its part of a list, which is narrowed as it was. */
export async function placeOf(path: string): Promise<string> {
  const referer = (await headers()).get('referer') ?? '';
  if (!URL.canParse(referer)) return path;
  const from = new URL(referer);
  if (from.pathname !== new URL(path, from).pathname) return path;
  from.searchParams.delete('notice');
  return path + from.search;
}
