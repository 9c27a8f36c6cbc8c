import { count } from '../kinds';
import { group } from '../variable';

export const clients = group('Slow and silent clients', {
  GRANARY_STALL_SECONDS: {
    ...count({ most: 86_400, of: 'seconds' }),
    default: '90',
    meaning: 'how long a client may keep the hub waiting ([limits.md](limits.md))',
  },
  GRANARY_STALL_BYTES_PER_SECOND: {
    ...count({ of: 'bytes' }),
    default: '500',
    meaning: 'of so many bytes that move, each gives a client another second',
  },
  GRANARY_SHUTDOWN_GRACE_SECONDS: {
    ...count({ least: 0, most: 86_400, of: 'seconds' }),
    default: '25',
    meaning: 'what requests under way may still take when the hub is told to stop',
  },
});
