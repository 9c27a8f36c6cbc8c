import type { TestResult } from './tap';

/** Tests that cannot hold against a hub, and why. A title stands as the suite writes it. */
export interface Exception {
  reason: string;
  tests: readonly string[];
}

export interface ScriptRun {
  script: string;
  results: TestResult[];
  /** How many of them sent a request to the hub, where that is known. */
  asked?: number;
  /** Why the script did not get to its end. */
  broke?: string;
}

export interface Judgement {
  script: string;
  asked?: number;
  passed: number;
  /** Failures that are listed, by reason. */
  excepted: Map<string, string[]>;
  /** Tests that the suite itself left out, by its note. */
  skipped: Map<string, string[]>;
  unexpected: string[];
  /** Listed, and passed, or not there at all: the list is out of date. */
  stale: string[];
}

/** Holds what a script told against the list of its exceptions. */
export function judge({ script, results, asked, broke }: ScriptRun, exceptions: readonly Exception[] = []): Judgement {
  const reasons = new Map(exceptions.flatMap(({ reason, tests }) => tests.map((test) => [test, reason] as const)));
  const judgement: Judgement = {
    script,
    asked,
    passed: results.filter(({ outcome }) => outcome === 'passed').length,
    excepted: new Map(),
    skipped: new Map(),
    unexpected: broke === undefined ? [] : [broke],
    stale: stale([...reasons.keys()], results),
  };
  for (const { title, number, outcome, note = 'without a reason' } of results) {
    const reason = reasons.get(title);
    if (outcome === 'skipped') add(judgement.skipped, note, title);
    else if (outcome === 'failed' && reason !== undefined) add(judgement.excepted, reason, title);
    else if (outcome === 'failed') judgement.unexpected.push(`${number} ${title}`);
  }
  return judgement;
}

function stale(listed: string[], results: TestResult[]): string[] {
  const of = (title: string) => results.filter((result) => result.title === title);
  return listed.filter((title) => of(title).every(({ outcome }) => outcome === 'passed'));
}

function add(groups: Map<string, string[]>, key: string, title: string): void {
  groups.set(key, [...(groups.get(key) ?? []), title]);
}
