import { formatGrowth, formatNumber, formatTable, toJson, type Row } from './report';

const row = (more: Partial<Row>): Row => ({
  what: 'clone',
  size: 'small',
  unit: 's',
  hub: [1, 2, 3],
  peer: [4, 4, 8],
  beside: 'nginx',
  target: '≤ 1.00',
  ...more,
});

it('shows medians, ratio, target and spread, in columns', () => {
  const lines = formatTable([
    row({}),
    row({ what: 'memory', size: null, unit: 'MiB', hub: [12.34], peer: null, target: '≤ 64 MiB', beside: 'idle' }),
  ]).split('\n');
  expect(lines[0]).toMatch(/^what {4}size +hub +peer +hub ÷ peer +target +spread +beside$/);
  expect(lines[2]).toMatch(/^clone {3}small +2\.00 s +4\.00 s +0\.500 +≤ 1\.00 +50 % \/ 100 % +nginx$/);
  expect(lines[3]).toMatch(/^memory +12\.3 MiB +≤ 64 MiB +0 % +idle$/);
});

it.each([
  [0, '0'],
  [0.01234, '0.0123'],
  [0.000012, '0.0000'],
  [1, '1.00'],
  [98.76, '98.8'],
  [1234.5, '1235'],
  [NaN, '-'],
])('writes %d as %s', (value, text) => expect(formatNumber(value)).toBe(text));

it('tells how the cost grows with the repository', () => {
  const rows = [row({}), row({ size: 'large', hub: [4], peer: [40] }), row({ what: 'refs', size: null })];
  const growth = formatGrowth(rows, new Map(Object.entries({ small: 1000, large: 10_000 })));
  expect(growth).toBe('Growth\n  clone: hub × 2.00, peer × 10.0 (small → large: commits × 10.0)\n');
  expect(formatGrowth([row({})], new Map([['small', 1000]]))).toBe('');
});

it('gives programs every run', () => {
  expect(toJson([row({})])[0]).toMatchObject({ ratio: 0.5, hub: { median: 2, runs: [1, 2, 3] }, target: '≤ 1.00' });
});
