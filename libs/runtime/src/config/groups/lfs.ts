import { count, oneOf } from '../kinds';
import { group } from '../variable';

export const lfs = group('Git LFS', {
  GRANARY_LFS_DIRECT: {
    ...oneOf('on', 'off'),
    default: 'on',
    meaning: 'with S3, clients send and fetch objects at the store itself; `off` takes them through the hub',
  },
  GRANARY_LFS_GRACE_DAYS: {
    ...count({ least: 0, most: 3650, of: 'days' }),
    default: '14',
    meaning: 'how long objects stay that nothing names ([lfs-collection.md](lfs-collection.md))',
  },
  GRANARY_LFS_UNDELETE_DAYS: {
    ...count({ least: 0, most: 3650, of: 'days' }),
    default: '14',
    meaning: 'how long they then stay in the trash',
  },
  GRANARY_LFS_SCRUB_DAYS: {
    ...count({ most: 3650, of: 'days', zero: 'read no object again' }),
    default: '30',
    meaning: 'each object is read again that often; `0`: never',
  },
  GRANARY_LFS_SCRUB_MIB_PER_SECOND: {
    ...count({ most: 100_000, of: 'MiB' }),
    default: '32',
    meaning: 'the most that is read for it in a second',
  },
});
