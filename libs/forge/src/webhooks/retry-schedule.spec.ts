import { DAY_MS } from '@granary/kernel';
import { MAX_ATTEMPTS, retryAfterMs, waitAfter } from './retry-schedule';

const waits = (random: number) => Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => waitAfter(i + 1, { random })!);

it('makes ten tries over three days, further and further apart', () => {
  expect(MAX_ATTEMPTS).toBe(10);
  for (const random of [0, 0.5, 0.999]) {
    const all = waits(random);
    expect(all).toEqual([...all].sort((a, b) => a - b));
    const total = all.reduce((sum, ms) => sum + ms, 0);
    expect(total).toBeGreaterThan(2.5 * DAY_MS);
    expect(total).toBeLessThan(3.5 * DAY_MS);
  }
});

it('spreads by a tenth each way', () => {
  expect(waitAfter(2, { random: 0 })).toBe(270_000);
  expect(waitAfter(2, { random: 0.5 })).toBe(300_000);
  expect(waitAfter(2, { random: 1 })).toBe(330_000);
});

it('ends after the tenth', () => {
  expect(waitAfter(9, { random: 0 })).not.toBeNull();
  expect(waitAfter(10, { random: 0 })).toBeNull();
});

it('waits longer when it is asked to, a day at most, and never shorter than planned', () => {
  expect(waitAfter(1, { askedMs: 120_000, random: 0 })).toBe(120_000);
  expect(waitAfter(1, { askedMs: 30 * DAY_MS, random: 0 })).toBe(DAY_MS);
  expect(waitAfter(4, { askedMs: 1_000, random: 0.5 })).toBe(7_200_000);
});

it.each([
  [undefined, 0],
  ['120', 120_000],
  ['0', 0],
  ['Sun, 01 Mar 2026 12:01:00 GMT', 60_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['-5', 0],
  ['soon', 0],
])('reads Retry-After: %s as %d ms', (header, ms) => {
  expect(retryAfterMs(header, new Date('2026-03-01T12:00:00Z'))).toBe(ms);
});
