import type { Finding } from './fault-run';

/** A table in Markdown; what did not hold stands out. */
export function formatFindings(findings: Finding[]): string {
  const rows = findings.map(({ what, held, saw }) => `| ${what} | ${held ? 'held' : '**broke**'} | ${saw} |`);
  return ['| what | result | saw |', '|---|---|---|', ...rows, ''].join('\n');
}
