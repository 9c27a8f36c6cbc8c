import { count, oneOf, text } from '../kinds';
import { group } from '../variable';

export const processes = group('Processes and files', {
  GRANARY_DATA_DIR: {
    ...text('a directory'),
    default: './data',
    meaning: 'repositories, LFS objects, the embedded Postgres, keys; private to the account that the hub runs as',
  },
  GRANARY_ENV_FILE: {
    ...text('a file of NAME=value lines'),
    unset: '`granary.env` beside package.json, if there is one',
    meaning:
      'variables that `npm start` and `npx granary` read from a file; those of the environment win. Set it in the environment',
  },
  GRANARY_LOG_LEVEL: {
    ...oneOf('info', 'warn', 'error'),
    default: 'info',
    meaning: 'the least that the log on standard error tells: [metrics.md](metrics.md#the-log)',
  },
  GRANARY_MODE: {
    ...oneOf('all', 'web', 'worker'),
    default: 'all',
    meaning: '`web` serves without workers, `worker` only works; both need `DATABASE_URL`',
  },
});

export const git = group('Git', {
  GRANARY_PACK_CACHE_MIB: {
    ...count({ of: 'MiB', zero: 'switch the pack cache off' }),
    default: '2048',
    meaning:
      'what the packs of clones may take on the disk, below the data directory; `0` computes the pack of each clone anew',
  },
  GRANARY_BLOB_SPOOL_MIB: {
    ...count({ least: 0, of: 'MiB' }),
    default: '1024',
    meaning:
      'what large files that are being read may take on the disk ([limits.md](limits.md)); `0` keeps none of them',
  },
  GRANARY_PUSH_MAX_REFS: {
    ...count({ of: 'refs' }),
    default: '20000',
    meaning: 'refs that one push may change',
  },
});
