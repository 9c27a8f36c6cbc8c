/** Each 1024 times the one before. */
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export type ByteSize = { ok: true; sizeBytes: number } | { ok: false; fault: string };

/**
 * Reads a size as people write it: `100 MiB`, `1.5g`. Units count by 1024 and may be shortened, as in Git's own
 * configuration (git-config(1), "integer"); a number without a unit is refused, because it could mean anything.
 */
export function parseByteSize(text: string): ByteSize {
  const [, digits, unit] = /^(\d{1,15}(?:\.\d{1,6})?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const power = UNITS.findIndex((name) => unit !== '' && [name, name[0], `${name[0]}B`].some(sameIn(unit)));
  if (digits !== undefined && power >= 0) return { ok: true, sizeBytes: Math.round(Number(digits) * 1024 ** power) };
  if (digits !== undefined && unit === '') {
    return { ok: false, fault: `“${digits}” has no unit: write ${digits} MiB, ${digits} KiB or whatever you mean.` };
  }
  return { ok: false, fault: `“${text}” is no size: write a number and a unit, such as 512 KiB, 100 MiB or 2 GiB.` };
}

function sameIn(unit: string | undefined) {
  return (name: string | undefined) => name?.toLowerCase() === unit?.toLowerCase();
}

/** Writes a size so that {@link parseByteSize} reads the same number: in the largest unit that needs two decimals at most. */
export function exactByteSize(sizeBytes: number): string {
  for (let power = UNITS.length - 1; power > 0; power--) {
    const value = sizeBytes / 1024 ** power;
    if (value >= 1 && Number.isInteger(value * 100)) return `${value} ${UNITS[power]}`;
  }
  return `${sizeBytes} B`;
}
