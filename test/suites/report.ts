import type { Judgement } from './exceptions';

const count = (groups: Map<string, string[]>) => [...groups.values()].reduce((sum, titles) => sum + titles.length, 0);

/** A table in Markdown, and below it every reason and every surprise with the titles. */
export function formatJudgements(judgements: Judgement[]): string {
  const rows = judgements.map(({ script, asked, passed, excepted, skipped, unexpected }) => {
    const numbers = [passed, count(excepted), count(skipped), unexpected.length];
    const tests = numbers.reduce((sum, each) => sum + each, 0);
    return `| ${[script, tests, asked ?? tests, ...numbers].join(' | ')} |`;
  });
  const head = [
    '| script | tests | that ask the hub | passed | cannot hold | left out by the suite | failed |',
    '|---|---|---|---|---|---|---|',
  ];
  return [...head, ...rows, '', ...judgements.flatMap(explain)].join('\n');
}

function explain({ script, excepted, skipped, unexpected, stale }: Judgement): string[] {
  const lines = [
    ...titles('cannot hold', excepted),
    ...titles('left out by the suite', skipped),
    ...unexpected.map((title) => `  FAILED: ${title}`),
    ...stale.map((title) => `  listed as one that cannot hold, and not seen to fail: ${title}`),
  ];
  return lines.length === 0 ? [] : [script, ...lines, ''];
}

function titles(what: string, groups: Map<string, string[]>): string[] {
  return [...groups].flatMap(([reason, tests]) => [`  ${what}: ${reason}`, ...tests.map((test) => `    ${test}`)]);
}
