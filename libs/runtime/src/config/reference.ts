import type { Variable } from './variable';
import { GROUPS } from './variables';

const HEAD = `# Configuration

Every variable that the hub reads; none has to be set. An empty one counts as unset, and a wrong one stops the start
with one line.

\`npm start\` and \`npx granary\` also read a file \`granary.env\` beside \`package.json\` (or the one that \`GRANARY_ENV_FILE\`
names): lines of \`NAME=value\`, with quotes around values that hold spaces or \`#\`, and comments after \`#\`. What is in the
environment wins over the file.

<!-- Made from libs/runtime/src/config by \`npm run docs\`: change it there. -->
`;

const COLUMNS = ['variable', 'default', 'accepted', 'meaning'];

/** A vertical line would end the cell. */
const cell = (text: string) => text.replaceAll('|', '\\|');

function cellsOf([name, row]: [string, Variable<unknown>]): string[] {
  const byDefault = 'default' in row ? (row.defaultTold ?? `\`${row.default}\``) : row.unset;
  return [`\`${name}\``, byDefault, row.accepted, row.meaning].map(cell);
}

/** Columns padded as prettier does. */
function table(rows: string[][]): string {
  const widths = COLUMNS.map((heading, column) =>
    Math.max(...[heading, ...rows.map((row) => row[column] ?? '')].map(length)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return [COLUMNS, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
}

const length = (text: string) => text.length;

/** `docs/configuration.md`. */
export function configurationReference(): string {
  const sections = GROUPS.map(({ title, rows }) => `\n## ${title}\n\n${table(Object.entries(rows).map(cellsOf))}`);
  return HEAD + sections.join('');
}
