import { expiryFrom, expiryState } from './token-expiry';

const now = new Date('2026-11-21T12:00:00Z');

it.each([
  ['7', '2026-11-28T12:00:00.000Z'],
  ['365', '2027-11-21T12:00:00.000Z'],
  ['never', null],
  ['1e9', '2027-02-19T12:00:00.000Z'],
  ['', '2027-02-19T12:00:00.000Z'],
])('the choice %j ends at %j', (choice, end) => {
  expect(expiryFrom(choice, now)).toBe(end);
});

it.each([
  [null, 'never'],
  ['2026-11-21T12:00:00Z', 'expired'],
  ['2026-11-27T12:00:00Z', 'soon'],
  ['2026-11-28T12:00:00Z', 'later'],
])('%j is %s', (expiresAt, state) => {
  expect(expiryState(expiresAt, now)).toBe(state);
});
