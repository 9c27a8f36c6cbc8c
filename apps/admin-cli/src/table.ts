import { visible } from '@granary/kernel';

/** Columns as wide as their widest cell, a heading above. Names are shown without their control characters. */
export function table(heading: string[], rows: string[][]): string {
  const cells = [heading, ...rows].map((row) => row.map(visible));
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
