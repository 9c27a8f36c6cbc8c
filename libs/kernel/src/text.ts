// C0, DEL, C1, what can reorder a line on a terminal, and what ends one where nobody sees it.
const CONTROLS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** `text` with each control character replaced by U+FFFD: names from users are never printed raw. */
export function visible(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

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
