import { DAY_MS, HOUR_MS } from '@granary/kernel';
import fc from 'fast-check';
import type { ProtectionFacts } from '../../protection';
import { collectableBefore, keepingPushes, purgeAfter, pushesSince, UNDER_WAY_MS } from './collection.policy';

const now = new Date('2026-03-01T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

it('never collects what was shown within the last hour, be the grace nothing at all', () => {
  expect(UNDER_WAY_MS).toBe(HOUR_MS);
  expect(collectableBefore(now, 0)).toEqual(ago(HOUR_MS));
  expect(collectableBefore(now, 1 / 48)).toEqual(ago(HOUR_MS));
  expect(collectableBefore(now, 1)).toEqual(ago(DAY_MS));
  fc.assert(
    fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (graceDays) => {
      expect(now.getTime() - collectableBefore(now, graceDays).getTime()).toBeGreaterThanOrEqual(HOUR_MS);
    }),
  );
});

it('asks for the pushes of ninety days, or of the grace where it is longer', () => {
  expect(pushesSince(now, 0)).toEqual(ago(90 * DAY_MS));
  expect(pushesSince(now, 14)).toEqual(ago(90 * DAY_MS));
  expect(pushesSince(now, 91)).toEqual(ago(91 * DAY_MS));
});

it('purges after the days in which a collection can be undone', () => {
  expect(purgeAfter(now, 14)).toEqual(new Date(now.getTime() + 14 * DAY_MS));
  expect(purgeAfter(now, 0)).toEqual(now);
});

it('lets a push keep what it named within the grace, on the default branch and on protected refs longer', () => {
  const protection = { kind: 'branch', pattern: 'release/*' } as ProtectionFacts;
  const push = (ref: string, pushedAt: Date) => ({ ref, pushedAt, oldOid: 'a', newOid: 'b' });
  const before = ago(DAY_MS);
  const young = push('refs/heads/topic', before);
  const old = (ref: string) => push(ref, ago(DAY_MS + 1));
  const kept = [young, old('refs/heads/main'), old('refs/heads/release/1')];
  const others = [old('refs/heads/topic'), old('refs/heads/release/1/x'), old('refs/tags/main')];
  const facts = { before, protections: [protection], defaultBranch: 'main' };
  expect(keepingPushes([...kept, ...others], facts)).toEqual(kept);
});
