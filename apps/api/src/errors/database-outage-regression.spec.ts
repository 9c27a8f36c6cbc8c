import { QueryFailedError } from 'typeorm';
import { asDomainError } from './as-domain-error';
import { OutageLines } from './outage-lines';

const refused = (code: string) =>
  new QueryFailedError('SELECT 1', [], Object.assign(new Error('as pg says'), { code }));

it.each([
  ['no connection left', refused('53300')],
  ['a server that stops', refused('57P01')],
  ['a broken connection', refused('08006')],
  ['a full pool', new Error('timeout exceeded when trying to connect')],
])('%s is 503 with Retry-After, and tells nothing of the inside', (_what, error) => {
  const told = asDomainError(error);
  expect(told).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
  expect(`${told.message} ${told.hint}`).not.toMatch(/SELECT|as pg says|timeout/);
});

it('a statement that is wrong stays a defect', () => {
  expect(asDomainError(refused('42883')).code).toBe('internal');
});

it('an outage that every request meets is one line in ten seconds, with their number', () => {
  let now = 0;
  const lines = new OutageLines(() => now);
  const told: (number | null)[] = [];
  for (; now <= 20_000; now += 10) told.push(lines.next());
  expect(told.filter((untold) => untold !== null)).toEqual([0, 999, 999]);
});
