/** Percent-encodes all but the unreserved characters of RFC 3986, as Signature Version 4 wants it. */
export function uriEscape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `a=1&b=2`, sorted by name. */
export function canonicalQuery(query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${uriEscape(name)}=${uriEscape(value)}`);
  return pairs.sort().join('&');
}
