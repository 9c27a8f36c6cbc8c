import type { QuotaUsage } from '@granary/api-contract';
import { quotaWarnings, sharesOf, usageDetails, usageText } from './quota-texts';

const usage = (more: Partial<QuotaUsage> = {}): QuotaUsage => ({
  ...{ limit: null, source: 'own', used: 0, deleted: 0, reserved: 0, warning: false, full: false },
  ...more,
});

it('tells what is used of what', () => {
  expect(usageText('lfs', usage({ used: 1536 }))).toBe('1.5 KiB used, no limit');
  expect(usageText('repositories', usage({ used: 3, limit: 1000 }))).toBe('3 of 1,000 used');
});

it('tells what is behind the number, and nothing when nothing is', () => {
  expect(usageDetails('lfs', usage({ limit: 5 }))).toEqual([]);
  expect(usageDetails('lfs', usage({ limit: 5, source: 'default', deleted: 1024, reserved: 2048 }))).toEqual([
    '1.0 KiB of it in deleted repositories',
    '2.0 KiB reserved by uploads under way',
    'the hub’s default limit',
  ]);
});

it.each([
  [usage({ used: 5 }), null],
  [usage({ used: 5, limit: 10, reserved: 2 }), { used: 50, reserved: 20 }],
  [usage({ used: 20, limit: 10, reserved: 2 }), { used: 100, reserved: 0 }],
  [usage({ used: 9, limit: 10, reserved: 5 }), { used: 90, reserved: 10 }],
  [usage({ used: 0, limit: 0 }), { used: 0, reserved: 0 }],
  [usage({ used: 1, limit: 0 }), { used: 100, reserved: 0 }],
])('never draws a bar beyond its end: %j', (given, shares) => expect(sharesOf(given)).toEqual(shares));

it('warns of what is near or full', () => {
  const quota = {
    git: usage({ used: 1, limit: 100 }),
    lfs: usage({ used: 84, limit: 100, warning: true }),
    repositories: usage({ used: 5, limit: 5, warning: true, full: true }),
  };
  expect(quotaWarnings('private', quota).map(({ text }) => text)).toEqual([
    '84 % of the limit for private LFS files used.',
    '5 private repositories of 5: nothing more fits.',
  ]);
});
