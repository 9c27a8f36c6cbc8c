import { stalenessOf, type LockCircumstances } from './lock-staleness.policy';

const NOW = new Date('2026-06-30T12:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
const lock = (more: Partial<LockCircumstances>): LockCircumstances => ({
  lockedAt: daysAgo(2),
  ownerName: 'bob',
  ownerMayWrite: true,
  ownerPushedAt: null,
  fileExists: true,
  ...more,
});

it.each<[string, Partial<LockCircumstances>, string | null]>([
  ['two days old', {}, null],
  ['29.9 days old', { lockedAt: daysAgo(29.9) }, null],
  ['thirty days old', { lockedAt: daysAgo(30) }, 'idle'],
  ['old, with a push yesterday', { lockedAt: daysAgo(90), ownerPushedAt: daysAgo(1) }, null],
  ['old, with a push of long ago', { lockedAt: daysAgo(90), ownerPushedAt: daysAgo(31) }, 'idle'],
  ['young, with a push of long before it', { ownerPushedAt: daysAgo(90) }, null],
  ['of a file that is nowhere', { fileExists: false }, 'missing'],
  ['of a file that may still come', { fileExists: false, lockedAt: daysAgo(0.9) }, null],
  ['of a file that nobody looked for', { fileExists: null }, null],
  ['of somebody who was sent away', { ownerMayWrite: false, fileExists: false, lockedAt: daysAgo(90) }, 'no_access'],
])('a lock %s', (_what, more, reason) => {
  expect(stalenessOf(lock(more), NOW)?.reason ?? null).toBe(reason);
});

it('says why, with the name of whom to ask', () => {
  expect(stalenessOf(lock({ lockedAt: daysAgo(40) }), NOW)?.message).toContain('bob has pushed nothing here for 30');
});
