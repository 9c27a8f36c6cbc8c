const FORMAT_MASK = 0o170000;
const REGULAR = 0o100000;
const SYMLINK = 0o120000;
const DIRECTORY = 0o040000;
const SUBMODULE = 0o160000;
const OWNER_EXECUTES = 0o100;

/**
 * The mode of a tree's entry as every git takes it, whatever bits an old tool recorded: a file that is executable or
 * is not, a symlink, a directory, and all else a submodule. So `040755` is a directory here too: what one reader takes
 * for a directory and another passes by would go unseen.
 */
export function canonicalMode(recorded: number): number {
  const format = recorded & FORMAT_MASK;
  if (format === REGULAR) return REGULAR | (recorded & OWNER_EXECUTES ? 0o755 : 0o644);
  return format === SYMLINK || format === DIRECTORY ? format : SUBMODULE;
}

/** The mode that the octal digits at `start` stand for; of endless ones, as git does, the last bits. */
export function readMode(bytes: Buffer, start: number, end: number): number {
  let recorded = 0;
  for (let at = start; at < end; at++) recorded = (recorded * 8 + (bytes.readUInt8(at) - 0x30)) >>> 0;
  return canonicalMode(recorded);
}
