/** What one check saw: a line of the table. */
export interface Finding {
  what: string;
  held: boolean;
  /** Figures, as a person reads them: `3 of 3 clones, 1.2 s`. */
  saw: string;
}

export const finding = (what: string, held: boolean, saw: string): Finding => ({ what, held, saw });

/** A table in Markdown; what did not hold stands out. */
export function formatFindings(findings: Finding[]): string {
  const rows = findings.map(({ what, held, saw }) => `| ${what} | ${held ? 'held' : '**broke**'} | ${saw} |`);
  return ['| what | result | saw |', '|---|---|---|', ...rows, ''].join('\n');
}
