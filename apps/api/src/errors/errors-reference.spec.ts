import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsReference } from './errors-reference';
import { FACES } from './faces';

it('is what docs/errors.md holds (npm run docs writes it)', () => {
  expect(readFileSync(join(__dirname, '../../../../docs/errors.md'), 'utf8')).toBe(errorsReference());
});

it('each code has a status of its kind and says in a sentence what it means', () => {
  for (const [code, { status, means }] of Object.entries(FACES))
    expect([code, status >= 400 && status < 600, /^[A-Z].*[^.]\.$/.test(means)]).toEqual([code, true, true]);
});
