/** libs/render puts it before every id of a user's text, so that none of them can shadow a name of the page. */
const PREFIX = 'user-content-';

/** As hubs disagree about a heading: in the case of its letters, in the form of its accents, in dashes. */
function looseOf(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

function decoded(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1);
  }
}

/**
 * Which of a text's ids an address means that was written for another hub: `#install`, `#Install`, `#wie-geht-s` or
 * Bitbucket's `#markdown-header-install` for `user-content-install`.
 *
 * @param hash of the address, with its `#`.
 * @param ids of the text, in its order.
 * @returns null where none is meant.
 */
export function headingTarget(hash: string, ids: readonly string[]): string | null {
  const name = decoded(hash).replace(/^(?:user-content-|markdown-header-)/, '');
  if (name === '') return null;
  if (ids.includes(PREFIX + name)) return PREFIX + name;
  const loose = looseOf(name);
  return ids.find((id) => id.startsWith(PREFIX) && looseOf(id.slice(PREFIX.length)) === loose && loose !== '') ?? null;
}
