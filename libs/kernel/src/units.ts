export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1536` → `1.5 KiB`. */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/**
 * Reads a size as people write it, `10GiB` or `1.5 t`; units count by 1024 and may be shortened.
 *
 * @returns null for anything else, a number without a unit among them: it could mean anything. `0` needs none.
 */
export function parseBytes(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  const [, digits, unit] = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgtp]?i?b|[kmgtp])$/i.exec(trimmed) ?? [];
  if (digits === undefined || unit === undefined) return null;
  const power = 'bkmgtp'.indexOf(unit.charAt(0).toLowerCase());
  const sizeBytes = Math.round(Number(digits) * 1024 ** power);
  return Number.isSafeInteger(sizeBytes) ? sizeBytes : null;
}
