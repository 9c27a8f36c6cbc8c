import { hashSecret, looksLikePersonalToken, newPersonalToken, tokenPrefix } from './secret-token';

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
