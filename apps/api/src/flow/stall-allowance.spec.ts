import fc from 'fast-check';
import { StallAllowance, STALL_POLICY } from './stall-allowance';

const TICK_MS = 5_000;

/** Seconds until a client is let go that keeps the hub waiting all the time; null if it is not within an hour. */
function endOf(bytesPerTick: number): number | null {
  const allowance = new StallAllowance(STALL_POLICY, 0);
  for (let tick = 1; tick <= 720; tick++) {
    if (!allowance.spend({ waitedMs: TICK_MS, movedBytes: tick * bytesPerTick })) return (tick * TICK_MS) / 1000;
  }
  return null;
}

it('lets a silent client go after the grace', () => {
  expect(endOf(0)).toBe(90);
});

it('lets a client go that sends a byte now and then', () => {
  expect(endOf(1)).toBeLessThanOrEqual(95);
});

it('keeps a slow client that moves', () => {
  expect(endOf(20_000 * 5)).toBeNull();
  expect(endOf(500 * 5)).toBeNull();
});

it('lets nobody save up for a silence that is longer than the grace', () => {
  const allowance = new StallAllowance(STALL_POLICY, 0);
  expect(allowance.spend({ waitedMs: 0, movedBytes: 10 ** 12 })).toBe(true);
  expect(allowance.spend({ waitedMs: STALL_POLICY.graceMs, movedBytes: 10 ** 12 })).toBe(false);
});

it('never holds time against a client in which the hub was not waiting', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10 ** 6)), (steps) => {
      const allowance = new StallAllowance(STALL_POLICY, 0);
      let movedBytes = 0;
      return steps.every((step) => allowance.spend({ waitedMs: 0, movedBytes: (movedBytes += step) }));
    }),
  );
});
