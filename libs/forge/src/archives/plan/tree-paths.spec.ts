import fc from 'fast-check';
import { isWithin, parentDirectories, pathBytes, pathText } from './tree-paths';

it('takes every text to bytes and back', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => expect(pathText(pathBytes(text))).toBe(text)));
  expect(pathBytes('ä')).toBe('\u00c3\u00a4');
  expect(pathText('\u00ff')).toBe('"\\377"');
});

it('tells what lies at or below a folder from what only begins like it', () => {
  const within = (path: string) => isWithin(path, ['a/b', 'c']);
  expect(['a/b', 'a/b/x', 'c', 'c/d'].map(within)).toEqual([true, true, true, true]);
  expect(['a', 'a/bc', 'a/b.txt', 'cd', 'x/c', ''].map(within)).toEqual([false, false, false, false, false, false]);
  expect(isWithin('a', [])).toBe(false);
});

it('names the folders above a path, the highest first', () => {
  expect(parentDirectories('a/b/c')).toEqual(['a', 'a/b']);
  expect(parentDirectories('a')).toEqual([]);
  expect(parentDirectories('')).toEqual([]);
});
