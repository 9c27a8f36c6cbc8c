import * as crypto from 'node:crypto';
import { hashSecret, looksLikePersonalToken, newPersonalToken, newSessionSecret, tokenPrefix } from './secret-token';

jest.mock('node:crypto', () => {
  const actual = jest.requireActual<typeof crypto>('node:crypto');
  return { ...actual, randomBytes: jest.fn(actual.randomBytes) };
});

it('makes tokens that it recognises, no two alike', () => {
  const tokens = Array.from({ length: 500 }, newPersonalToken);
  expect(new Set(tokens).size).toBe(500);
  for (const token of tokens) {
    expect(token).toMatch(/^gry_pat_[0-9A-Za-z]{36}$/);
    expect(looksLikePersonalToken(token)).toBe(true);
  }
});

it('knows a typo at every place without a look-up', () => {
  const token = newPersonalToken();
  for (let at = 8; at < token.length; at++) {
    const typo = token.slice(0, at) + (token[at] === 'x' ? 'y' : 'x') + token.slice(at + 1);
    expect(looksLikePersonalToken(typo)).toBe(false);
  }
});

it('shows four characters of the secret and stores none', () => {
  const token = newPersonalToken();
  expect(tokenPrefix(token)).toHaveLength(12);
  expect(hashSecret(token).includes(token.slice(8))).toBe(false);
});

it('draws every character with the same chance: bytes that would favour some are drawn again', () => {
  const drawn = jest.mocked(crypto.randomBytes) as unknown as jest.Mock<Buffer, [number]>;
  drawn.mockReturnValueOnce(Buffer.alloc(30, 248)).mockReturnValueOnce(Buffer.alloc(30, 247));
  expect(newPersonalToken().slice(0, 38)).toBe(`gry_pat_${'z'.repeat(30)}`);
  const mixed = Buffer.from(Array.from({ length: 30 }, (_, at) => (at % 2 === 0 ? 255 : at)));
  drawn.mockReturnValueOnce(mixed).mockReturnValueOnce(mixed);
  expect(newPersonalToken().slice(8, 38)).toBe('13579BDFHJLNPRT'.repeat(2));
});

it('knows what is no token by its beginning and its length alone', () => {
  const token = newPersonalToken();
  for (const text of ['', 'gry_pat_', token.slice(0, -1), `${token}0`, `gry_pit_${token.slice(8)}`, token.slice(1)]) {
    expect(looksLikePersonalToken(text)).toBe(false);
  }
  expect(looksLikePersonalToken(`xry_pat_${token.slice(8)}`)).toBe(false);
});

it('makes secrets of 256 bits for sessions, in characters that a cookie may hold', () => {
  const secrets = Array.from({ length: 100 }, newSessionSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
});
