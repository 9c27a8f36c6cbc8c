/**
 * What a name in a zip may not hold, since programs on Windows would take it for a way: a backslash divides paths
 * there, a colon ends the name of a drive or begins that of a stream, and dots and spaces at the end of a part are
 * dropped, so that `.. ` is `..`.
 */
const LEADS_AWAY = /[\\:]|[. ](?=\/|$)/g;

const MAX_COMMENT_BYTES = 0xffff;

/**
 * The name that a zip has for `path`: every byte that could lead out of the folder on Windows as `%` and two hex
 * digits, all others as they are. Names that Windows merely cannot have (`aux.c`, `a?b`) stay.
 *
 * @param path ends in a slash for directories.
 */
export function zipNameOf(path: Buffer): Buffer {
  const name = path.toString('latin1');
  const safe = name.replace(LEADS_AWAY, escaped);
  return safe === name ? path : Buffer.from(safe, 'latin1');
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** What stands beside an entry in the list of the archive: the name that it has in Git, where that is another one. */
export function zipCommentOf(path: Buffer, name: Buffer): Buffer {
  return name === path
    ? Buffer.alloc(0)
    : Buffer.concat([Buffer.from('In Git: '), path]).subarray(0, MAX_COMMENT_BYTES);
}
