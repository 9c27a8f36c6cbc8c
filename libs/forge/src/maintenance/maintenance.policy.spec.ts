import { DAY_MS, MIB } from '@granary/kernel';
import type { StorageFacts } from '@granary/git-process';
import { nextDueAt, planMaintenance, retryAt, type MaintenanceHistory } from './maintenance.policy';

const now = new Date('2026-03-01T12:00:00Z');
const ago = (days: number) => new Date(now.getTime() - days * DAY_MS);

const EMPTY: StorageFacts = {
  packCount: 0,
  packBytes: 0,
  rollUpCount: 0,
  looseObjectCount: 0,
  looseRefCount: 0,
  hasBitmap: false,
  hasCommitGraph: false,
  hasCruft: false,
  hasLimbo: false,
  keptUntil: null,
};
/** As a full repack and a commit-graph leave it. */
const TIDY: StorageFacts = { ...EMPTY, packCount: 1, packBytes: 100 * MIB, hasBitmap: true, hasCommitGraph: true };
const RECENT: MaintenanceHistory = { pushesSinceRun: 0, lastFullAt: ago(1), fullSizeBytes: 100 * MIB };
const NEVER: MaintenanceHistory = { pushesSinceRun: 3, lastFullAt: null, fullSizeBytes: 0 };

describe('planMaintenance', () => {
  it.each<[string, Partial<StorageFacts>, Partial<MaintenanceHistory>, string[]]>([
    ['a tidy repository', {}, {}, []],
    ['packs to join', { packCount: 5, rollUpCount: 4 }, { pushesSinceRun: 4 }, ['roll-up', 'commit-graph']],
    ['packs in progression', { packCount: 3 }, { pushesSinceRun: 2 }, ['commit-graph']],
    ['many loose objects', { looseObjectCount: 100 }, {}, ['roll-up']],
    ['no bitmap', { hasBitmap: false }, {}, ['roll-up']],
    ['no commit-graph', { hasCommitGraph: false }, {}, ['commit-graph']],
    ['many loose refs', { looseRefCount: 50 }, {}, ['pack-refs']],
    ['packs in limbo', { hasLimbo: true }, {}, ['settle-limbo']],
    ['a week and a push', { packCount: 2, rollUpCount: 2 }, { lastFullAt: ago(7) }, ['full-repack', 'commit-graph']],
    ['a week without pushes', {}, { lastFullAt: ago(70) }, []],
    ['growth by half', { packCount: 2, packBytes: 150 * MIB }, {}, ['full-repack', 'commit-graph']],
    ['less growth', { packCount: 2, packBytes: 149 * MIB }, {}, []],
    ['growth of a tiny one', { packCount: 2, packBytes: 2 * MIB }, { fullSizeBytes: 1000 }, []],
    ['old tips that are kept', { keptUntil: ago(-1) }, {}, []],
    ['old tips to let go of', { keptUntil: ago(0) }, { lastFullAt: ago(7) }, ['full-repack', 'commit-graph']],
    ['old tips to let go of with the next ones', { keptUntil: ago(0) }, { lastFullAt: ago(6) }, []],
    ['unreachable objects of two weeks', { hasCruft: true }, { lastFullAt: ago(14) }, ['full-repack', 'commit-graph']],
    ['unreachable objects of last week', { hasCruft: true }, { lastFullAt: ago(13) }, []],
  ])('%s', (_case, facts, history, tasks) => {
    const plan = planMaintenance({ ...TIDY, ...facts }, { ...RECENT, ...history }, { now });
    expect(plan).toEqual(['sweep-stale', ...tasks]);
  });

  it('leaves the one pack of a first push as it is, and gives it bitmaps', () => {
    const first = { ...EMPTY, packCount: 1, packBytes: 10_000 * MIB };
    expect(planMaintenance(first, NEVER, { now })).toEqual(['sweep-stale', 'roll-up', 'commit-graph']);
  });

  it('repacks a repository that never was, once there are several packs', () => {
    const several = { ...EMPTY, packCount: 2, packBytes: MIB, rollUpCount: 2 };
    expect(planMaintenance(several, NEVER, { now })).toEqual(['sweep-stale', 'full-repack', 'commit-graph']);
  });

  it('repacks fully when told to, but nothing that is empty', () => {
    expect(planMaintenance(TIDY, RECENT, { now, full: true })).toContain('full-repack');
    expect(planMaintenance(EMPTY, NEVER, { now, full: true })).toEqual(['sweep-stale']);
  });
});

describe('nextDueAt', () => {
  it.each<[string, Partial<StorageFacts>, Date | null, number | null]>([
    ['never, when nothing waits', {}, ago(1), null],
    ['in an hour, when packs are in limbo', { hasLimbo: true, hasCruft: true }, ago(1), 1 / 24],
    ['when unreachable objects may go', { hasCruft: true }, ago(1), 13],
    ['when a full repack may pay', { packCount: 3 }, ago(1), 6],
    ['when old tips may be let go of', { keptUntil: ago(-80) }, ago(1), 80],
    ['when old tips may be let go of, a week after others', { keptUntil: ago(-1) }, ago(1), 6],
  ])('%s', (_case, facts, lastFullAt, days) => {
    const due = nextDueAt({ ...TIDY, ...facts }, lastFullAt, now);
    expect(due && (due.getTime() - now.getTime()) / DAY_MS).toBe(days);
  });
});

it.each([
  [1, 1],
  [2, 2],
  [5, 16],
  [6, 24],
  [600, 24],
])('tries again after failure %d in %d hours', (failures, hours) => {
  expect((retryAt(failures, now).getTime() - now.getTime()) / 3_600_000).toBe(hours);
});
