import { ident } from './format-commit';

/** A date before 1970 was written as a negative number, which no git reads. */
it('refuses dates that git does not have', () => {
  const at = (date: string) => ident({ name: 'A', email: 'a@b', date: new Date(date) }, new Date());
  expect(at('1970-01-01T00:00:00Z')).toBe('A <a@b> 0 +0000');
  expect(at('9999-12-31T23:59:59Z')).toBe('A <a@b> 253402300799 +0000');
  expect(() => at('1969-12-31T23:59:59Z')).toThrow(expect.objectContaining({ code: 'invalid' }));
});
