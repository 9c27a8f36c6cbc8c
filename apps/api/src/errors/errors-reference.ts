import { FACES } from './faces';

const HEAD = `# Errors

Written by \`npm run docs\` from \`apps/api/src/errors/faces.ts\`; changes here are lost.

Every error that the hub tells has one code, and a status that follows from it. How it looks depends on who asks:

- **REST** (\`/api/v3\`): GitHub's body, \`{message, hint, errors, details, documentation_url, request_id, status}\`; what does not apply is left out.
- **Git LFS**: \`{message, request_id}\`, over SSH the status and a line. A batch tells the trouble of one object beside that object.
- **Git** over HTTP and the archives: plain text, the message and below it what can be done. Inside a push each ref has its reason (\`remote:\` lines).
- **Pages**: a page with the same status and the id of the request.

A failure that has no code of these is a defect: it is logged, and told as \`internal\`.

`;
const COLUMNS = ['code', 'status', 'means'];

/** The text of docs/errors.md. */
export function errorsReference(): string {
  const rows = Object.entries(FACES).map(([code, { status, strangerStatus, means }]) => {
    const elsewhere = strangerStatus ? `; ${strangerStatus} for Git and LFS without credentials` : '';
    return [`\`${code}\``, `${status}${elsewhere}`, means];
  });
  return HEAD + table([COLUMNS, ...rows]);
}

/** As the formatter pads it. */
function table([head = [], ...rows]: string[][]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  const line = (row: string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |\n`;
  return [head, rule, ...rows].map(line).join('');
}
