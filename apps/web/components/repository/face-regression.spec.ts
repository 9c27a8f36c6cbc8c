import type { Signature } from '@granary/api-contract';
import { faceOf } from './commit-line';

const signed = (name: string, email: string, login?: string) =>
  ({ name, email, date: '2026-01-01T00:00:00Z', user: login === undefined ? null : { login } }) as Signature;

it('gives one person one face, under whatever names they commit', () => {
  expect(faceOf(signed('Ada', 'ada@example.org', 'lovelace'))).toBe(
    faceOf(signed('A. King', 'king@example.org', 'lovelace')),
  );
  expect(faceOf(signed('Ada', 'ada@example.org'))).toBe(faceOf(signed('Ada K. Lovelace', 'ada@example.org')));
  expect(faceOf(signed('Ada', ''))).toBe('Ada');
});
