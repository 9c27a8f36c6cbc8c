import { count, oneOf } from '../kinds';
import { group } from '../variable';

export const accounts = group('Accounts', {
  GRANARY_ADMIN_PASSWORD: {
    parse: (value: string) => (value.trim() !== '' && value.length >= 10 && value.length <= 1024 ? value : undefined),
    takesSpaces: true,
    accepted: 'a password of 10 to 1024 characters',
    unset: 'made up and printed',
    secret: true,
    meaning: 'the password of `admin`, at the first start only',
  },
  GRANARY_REGISTRATION: {
    ...oneOf('open', 'closed'),
    default: 'closed',
    meaning: '`open` lets visitors make accounts',
  },
  GRANARY_AUDIT_DAYS: {
    ...count({ most: 36_500, of: 'days', zero: 'keep the audit log for ever' }),
    default: '365',
    meaning: 'how long the audit log keeps an entry; `0`: for ever ([audit.md](audit.md))',
  },
});
