import type { LfsCollectionReport } from '@granary/api-contract';
import { collectionText } from './lfs-collection-text';

const report: LfsCollectionReport = {
  ...{ dry_run: false, outcome: 'done', started_at: '', finished_at: '', grace_days: 14, undelete_days: 14 },
  ...{ examined: 9, collected: { count: 0, bytes: 0, storage_bytes: 0 }, objects: [], restored: 0, purged: 0 },
};
const collected = { count: 2, bytes: 2048, storage_bytes: 1024 };

it.each<[string, Partial<LfsCollectionReport>]>([
  ['everything here is named by something.', {}],
  ['2 objects (2.0 KiB) went into the trash for 14 days. 1 object left the trash for good.', { collected, purged: 1 }],
  [
    '2 objects (2.0 KiB) would go into the trash; 1.0 KiB of the store would be free after it.',
    { collected, dry_run: true },
  ],
  ['3 objects came back, being named again.', { restored: 3 }],
  ['It was stopped before its end.', { outcome: 'stopped' }],
  ['No.', { outcome: 'failed', error: 'No.' }],
])('says %j', (text, change) => expect(collectionText({ ...report, ...change })).toBe(text));
