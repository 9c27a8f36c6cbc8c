import { availableParallelism } from 'node:os';
import { count, oneOf } from '../kinds';
import { group } from '../variable';

export const archives = group('Archives', {
  GRANARY_ARCHIVE_CACHE_MIB: {
    ...count({ of: 'MiB', zero: 'keep no archives' }),
    default: '4096',
    meaning:
      'what archives may take in the object store, and as much again on the disk while they are made; `0` keeps none ([archives.md](archives.md))',
  },
  GRANARY_ARCHIVE_CACHE_DAYS: {
    ...count({ of: 'days' }),
    default: '7',
    meaning: 'an archive that nobody asked for so long is removed',
  },
  GRANARY_ARCHIVE_REDIRECT: {
    ...oneOf('off', 'presigned'),
    default: 'off',
    meaning:
      '`presigned`: on S3, clients fetch kept archives from the store itself, by a link that is valid for 5 minutes',
  },
  GRANARY_ARCHIVE_MAX_ENTRIES: {
    ...count(),
    default: '100000',
    meaning: 'files and directories in one archive',
  },
  GRANARY_ARCHIVE_MAX_GIB: {
    ...count({ of: 'GiB' }),
    default: '64',
    meaning: 'content of one archive before compression',
  },
  GRANARY_ARCHIVE_MAX_MINUTES: {
    ...count({ of: 'minutes' }),
    default: '30',
    meaning: 'for the making of one, and for slow readers of one that is not kept',
  },
  GRANARY_ARCHIVE_BUILDS_PER_REPOSITORY: {
    ...count(),
    default: '4',
    meaning: 'archives of one repository that are made at once',
  },
  GRANARY_ARCHIVE_BUILDS: {
    ...count(),
    default: String(2 * availableParallelism()),
    defaultTold: '2 × the processors',
    meaning: 'archives that are made at once in all',
  },
});
