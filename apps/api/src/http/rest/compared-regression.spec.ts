import fc from 'fast-check';
import { ownRef, splitEnds } from './compared';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9/_%#-]|\.[a-z]){0,20}$/);

it('parts any two names of refs at their dots', () => {
  fc.assert(
    fc.property(name, name, fc.boolean(), (base, head, isDirect) => {
      expect(splitEnds(`${base}${isDirect ? '..' : '...'}${head}`)).toEqual({ base, head, isDirect });
    }),
  );
  for (const text of ['', 'main', 'main..', '...main', '..', 'a.b']) expect(splitEnds(text)).toBeNull();
});

it('takes the owner of this repository before a ref, and nobody else', () => {
  for (const text of ['v1', 'ada:v1', 'Ada:Engine:v1']) expect(ownRef(text, 'ada/engine')).toBe('v1');
  for (const text of ['bob:v1', 'ada:other:v1', 'a:ada:engine:v1', 'ada:', 'bob:engine:v1']) {
    expect(() => ownRef(text, 'ada/engine')).toThrow('Not Found');
  }
});
