import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from './reference';
import type { Variable } from './variable';
import { GROUPS, VARIABLES } from './variables';

const ROOT = join(__dirname, '../../../..');
const DOCS = join(ROOT, 'docs');
const PAGES = [
  ...readdirSync(DOCS)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(DOCS, name)),
  join(ROOT, 'README.md'),
];
const rowOf = (name: string): Variable<unknown> | undefined => (VARIABLES as Record<string, Variable<unknown>>)[name];

it('is what docs/configuration.md holds (npm run docs writes it)', () => {
  expect(readFileSync(join(DOCS, 'configuration.md'), 'utf8')).toBe(configurationReference());
});

it('has every variable in exactly one group', () => {
  const grouped = GROUPS.flatMap(({ rows }) => Object.keys(rows));
  expect(grouped.toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
});

it.each(GROUPS.flatMap(({ rows }) => Object.entries(rows)))('accepts its own default of %s', (_name, row) => {
  if ('default' in row) expect(row.parse(row.default)).not.toBeUndefined();
  expect(row.accepted).not.toMatch(/\.$/);
});

it.each(PAGES)('agrees with %s about names and defaults', (page) => {
  const text = readFileSync(page, 'utf8');
  for (const [name] of text.matchAll(/\bGRANARY_[A-Z0-9_]*[A-Z0-9]\b/g))
    expect([name, rowOf(name)]).toEqual([name, expect.anything()]);
  for (const [, name = '', told] of text.matchAll(/^\| `([A-Z0-9_]+)` +\| `([^`]+)` +\|/gm)) {
    const row = rowOf(name);
    if (row && 'default' in row) expect([name, told]).toEqual([name, row.default]);
  }
});
