import { allowedText } from './protection-texts';

it.each([
  [{ role: null, users: [] }, 'nobody'],
  [{ role: null, users: ['bob', 'carol'] }, 'bob, carol'],
  [{ role: 'maintain' as const, users: [] }, 'maintainers and admins'],
  [{ role: 'admin' as const, users: ['bob'] }, 'admins, bob'],
])('says who %j is', (allowed, text) => expect(allowedText(allowed)).toBe(text));
