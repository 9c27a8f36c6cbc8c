import { execFileSync } from 'node:child_process';
import { sumOfTimes } from './shell-times';

it('adds up what shells printed', () => {
  expect(sumOfTimes('0m0.010000s 0m0.020000s\n1m2.500000s 0m0.470000s\n0m1.00s 0m0.00s\n')).toBeCloseTo(64);
  expect(sumOfTimes('')).toBe(0);
});

it('reads what the shell of this machine prints', () => {
  const work = `${process.execPath} -e 'for (let n = 0; n < 3e8; n++);'`;
  expect(sumOfTimes(execFileSync('sh', ['-c', `${work}; times`], { encoding: 'utf8' }))).toBeGreaterThan(0);
});
