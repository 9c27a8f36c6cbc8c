import { dayKey, formatExact, formatRelative, parseMoment } from './moment';

const now = new Date('2026-11-21T12:00:00Z');

it.each([
  ['2026-11-21T11:59:30Z', 'just now'],
  ['2026-11-21T12:00:20Z', 'in a moment'],
  ['2026-11-21T11:55:00Z', '5 minutes ago'],
  ['2026-11-21T09:00:00Z', '3 hours ago'],
  ['2026-11-20T11:00:00Z', 'yesterday'],
  ['2026-11-25T12:00:00Z', 'in 4 days'],
  ['2026-11-24T11:59:00Z', 'in 3 days'],
  ['2026-10-22T12:00:01Z', '29 days ago'],
  ['2026-10-01T12:00:00Z', '1 Oct 2026'],
])('%s is %s', (moment, text) => {
  expect(formatRelative(new Date(moment), now)).toBe(text);
});

it('spells the exact moment in UTC', () => {
  expect(formatExact(new Date('2026-11-21T09:15:00+02:00'))).toBe('21 Nov 2026, 07:15 UTC');
});

it('groups by the day in UTC', () => {
  expect(dayKey(new Date('2026-11-21T00:30:00+02:00'))).toBe('2026-11-20');
});

it('refuses what is no date', () => {
  expect(parseMoment('yesterday-ish')).toBeNull();
  expect(parseMoment('2026-11-21T09:15:00Z')).toEqual(new Date('2026-11-21T09:15:00Z'));
});
