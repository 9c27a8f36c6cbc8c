import { median, spread } from './statistics';

export type Unit = 's' | 'CPU s' | 'requests/s' | 'MiB';

/** One line of the table: the same thing done by the hub and by its peer. */
export interface Row {
  what: string;
  /** Null where there is only one. */
  size: string | null;
  unit: Unit;
  hub: number[];
  /** Null where the hub is measured against its own idle. */
  peer: number[] | null;
  /** Who the peer is. */
  beside: string;
  /** Of hub ÷ peer, or of the hub alone where there is no peer; from the specification, not judged. */
  target: string;
}

const HEADING = ['what', 'size', 'hub', 'peer', 'hub ÷ peer', 'target', 'spread', 'beside'];

/** A line for each row: medians, their ratio, the target, and how far a single run was off the median. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [HEADING, ...rows.map(cellsOf)];
  const widths = HEADING.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        isNumeric(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)));
  return [lines[0], rule, ...lines.slice(1), ''].join('\n');
}

const isNumeric = (column: number): boolean => column >= 2 && column <= 6;

function cellsOf({ what, size, unit, hub, peer, beside, target }: Row): string[] {
  const [ours, theirs] = [median(hub), peer && median(peer)];
  const spreads = [hub, ...(peer ? [peer] : [])].map((values) => `${Math.round(spread(values) * 100)} %`);
  return [
    what,
    size ?? '',
    `${formatNumber(ours)} ${unit}`,
    theirs === null ? '' : `${formatNumber(theirs)} ${unit}`,
    theirs === null ? '' : formatNumber(ours / theirs),
    target,
    spreads.join(' / '),
    beside,
  ];
}

/** Three significant digits, without an exponent. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value === 0) return '0';
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 4));
}

/**
 * How the cost grows from the smallest size to the largest, beside how the repository grows: lines for those rows that
 * were measured at several sizes.
 */
export function formatGrowth(rows: readonly Row[], commits: ReadonlyMap<string, number>): string {
  const lines = [...new Set(rows.map(({ what }) => what))].flatMap((what) => {
    const sized = rows.filter((row) => row.what === what && row.size !== null && commits.has(row.size));
    const [first, last] = [sized[0], sized.at(-1)];
    if (!first?.size || !last?.size || first === last) return [];
    const grown = (values: (row: Row) => number[] | null) => {
      const [from, to] = [values(first), values(last)];
      return from && to ? `× ${formatNumber(median(to) / median(from))}` : '-';
    };
    const commitsGrown = (commits.get(last.size) ?? NaN) / (commits.get(first.size) ?? NaN);
    return [
      `  ${what}: hub ${grown(({ hub }) => hub)}, peer ${grown(({ peer }) => peer)} (${first.size} → ${last.size}: commits × ${formatNumber(commitsGrown)})`,
    ];
  });
  return lines.length === 0 ? '' : ['Growth', ...lines, ''].join('\n');
}

/** The same for programs: every run, and the medians. */
export function toJson(rows: readonly Row[]) {
  return rows.map(({ what, size, unit, hub, peer, beside, target }) => ({
    what,
    size,
    unit,
    hub: { median: median(hub), runs: hub },
    peer: peer && { median: median(peer), runs: peer },
    ratio: peer && median(hub) / median(peer),
    target,
    beside,
  }));
}
