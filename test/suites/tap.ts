/** One test of a script, as its line of TAP tells it. */
export interface TestResult {
  number: number;
  title: string;
  outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or that its failure is known to the suite itself. */
  note?: string;
}

const LINE = /^(not )?ok (\d+)(?: - | )?(.*)$/;
const DIRECTIVE = /(?:^|\s)# *(skip|todo)\b *(.*)$/i;

/**
 * Reads one line of the Test Anything Protocol as git's and git-lfs's test libraries write it: git puts the title of a
 * skipped test behind the directive (`ok 3 # skip a title (missing GPG)`), git-lfs three dots behind every title.
 *
 * @returns undefined for a line that tells of no test (plans, diagnostics).
 */
export function parseTapLine(line: string): TestResult | undefined {
  const [, not, number, rest] = LINE.exec(line) ?? [];
  if (number === undefined || rest === undefined) return undefined;
  const [directive, kind, text = ''] = DIRECTIVE.exec(rest) ?? [];
  const title = rest
    .slice(0, rest.length - (directive?.length ?? 0))
    .replace(/ \.\.\. *$/, '')
    .trim();
  const result = { number: Number(number), title: title || text.replace(/ \(.*?\)$/, '') };
  if (kind?.toLowerCase() === 'skip') return { ...result, outcome: 'skipped', note: skipNote(title, text) };
  // A failure that the suite itself expects ("known breakage") says nothing about the server.
  if (kind !== undefined && not !== undefined) return { ...result, outcome: 'skipped', note: text };
  return { ...result, outcome: not === undefined ? 'passed' : 'failed' };
}

const skipNote = (title: string, text: string) => (title === '' ? (/\((.*?)\)$/.exec(text)?.[1] ?? text) : text);

/** Why a script ran none of its tests (`1..0 # SKIP no web server`), or undefined where it ran. */
export function skippedAltogether(line: string): string | undefined {
  return /^1\.\.0 *# *skip *(.*)$/i.exec(line)?.[1];
}
