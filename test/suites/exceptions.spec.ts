import { judge } from './exceptions';
import { formatJudgements } from './report';
import type { TestResult } from './tap';

const result = (number: number, title: string, more: Partial<TestResult> = {}): TestResult => ({
  number,
  title,
  outcome: 'passed',
  ...more,
});
const RESULTS = [
  result(1, 'clone'),
  result(2, 'hook', { outcome: 'failed' }),
  result(3, 'push', { outcome: 'failed' }),
  result(4, 'signed', { outcome: 'skipped', note: 'missing GPG' }),
];

it('fails for what is not listed, and only for that', () => {
  const judgement = judge({ script: 't1.sh', results: RESULTS }, [{ reason: 'no hooks', tests: ['hook'] }]);
  expect(judgement).toMatchObject({ passed: 1, unexpected: ['3 push'], stale: [] });
  expect([...judgement.excepted]).toEqual([['no hooks', ['hook']]]);
  expect([...judgement.skipped]).toEqual([['missing GPG', ['signed']]]);
});

it('names what is listed and passed, or is not there', () => {
  const exceptions = [{ reason: 'no hooks', tests: ['hook', 'push', 'clone', 'gone'] }];
  expect(judge({ script: 't1.sh', results: RESULTS }, exceptions).stale).toEqual(['clone', 'gone']);
});

it('takes a script that broke off for a failure, whatever it told before', () => {
  expect(judge({ script: 't1.sh', results: [], broke: 'ended before its end' }).unexpected).toEqual([
    'ended before its end',
  ]);
});

it('shows the numbers, the reasons and the surprises', () => {
  const exceptions = [{ reason: 'no hooks', tests: ['hook', 'clone'] }];
  const text = formatJudgements([judge({ script: 't1.sh', results: RESULTS, asked: 3 }, exceptions)]);
  expect(text).toContain('| t1.sh | 4 | 3 | 1 | 1 | 1 | 1 |');
  expect(text).toContain('cannot hold: no hooks\n    hook');
  expect(text).toContain('FAILED: 3 push');
  expect(text).toContain('not seen to fail: clone');
});
