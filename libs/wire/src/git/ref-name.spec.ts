import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { checkPushedRef, checkRefName, foldRefName, HUB_REFS, parseRefName } from './ref-name';

function gitAccepts(name: string): boolean {
  const { status } = spawnSync('git', ['check-ref-format', name]);
  if (status !== 0 && status !== 1) throw new Error(`git check-ref-format ended with ${status}`);
  return status === 0;
}

describe('checkRefName', () => {
  const piece = fc.constantFrom(
    ...['a', 'B', 'é', '.', '..', '/', '//', '@', '{', '@{', '.lock', 'lock', '-', '~', '^', ':', '?', '*', '[', ']'],
    ...['\\', ' ', '\t', '\u007f', '\u0001', '\u0085', 'refs', 'heads', '中', '🌾', '%', '"', "'", '!', '}'],
  );
  // The command would read a leading dash as an option and has no "--" to prevent it.
  const anyName = fc
    .array(piece, { minLength: 1, maxLength: 7 })
    .map((pieces) => pieces.join(''))
    .filter((name) => !name.startsWith('-'));
  const nearlyGood = fc.tuple(fc.constantFrom('refs/heads/', 'refs/tags/'), anyName).map((parts) => parts.join(''));

  it('agrees with git check-ref-format', () => {
    fc.assert(
      fc.property(fc.oneof(anyName, nearlyGood), (name) => {
        expect({ name, valid: checkRefName(name) === null }).toEqual({ name, valid: gitAccepts(name) });
      }),
      { numRuns: 400 },
    );
  });

  it.each(['refs/heads/a', 'a/b', 'refs/heads/@', 'refs/heads/a./b', 'refs/heads/-a', 'refs/heads/x.lock.y'])(
    'accepts %j, as git does',
    (name) => {
      expect([checkRefName(name), gitAccepts(name)]).toEqual([null, true]);
    },
  );

  it.each([
    ['HEAD', 'it must contain a slash'],
    ['refs/heads/a.', 'it cannot end with a dot'],
    ['refs/heads/a..b', 'it cannot contain two dots in a row'],
    ['refs/heads/a@{b', 'it cannot contain @{'],
    ['refs/heads/a b', 'it cannot contain a space or a control character'],
    ['refs/heads/a~b', 'it cannot contain ~'],
    ['refs/heads/a\\b', 'it cannot contain \\'],
    ['/refs/heads/a', 'it cannot start or end with a slash, or contain two in a row'],
    ['refs/heads/a/', 'it cannot start or end with a slash, or contain two in a row'],
    ['refs//heads/a', 'it cannot start or end with a slash, or contain two in a row'],
    ['refs/heads/.a', 'no part of it can start with a dot'],
    ['refs/heads/a.lock', 'no part of it can end with .lock'],
    ['refs/a.lock/b', 'no part of it can end with .lock'],
  ])('refuses %j with the rule, as git does', (name, rule) => {
    expect([checkRefName(name), gitAccepts(name)]).toEqual([rule, false]);
  });

  it('refuses a NUL byte, which no command line can hold', () => {
    expect(checkRefName('refs/heads/a\u0000b')).toMatch(/control character/);
  });
});

describe('checkPushedRef', () => {
  it.each([
    'refs/heads/main',
    'refs/heads/feature/x',
    'refs/tags/v1.0',
    'refs/notes/commits',
    'refs/heads/header',
    'refs/heads/a/heads/b',
    `refs/heads/${'a'.repeat(39)}`,
    `refs/heads/${'a'.repeat(41)}`,
    `refs/heads/x/${'a'.repeat(40)}`,
    'refs/heads/中文',
    `refs/heads/${'é'.repeat(125)}`,
  ])('accepts %s', (name) => {
    expect(checkPushedRef(name)).toBeNull();
  });

  it.each([
    ['HEAD', /valid ref name/],
    ['refs/heads/a..b', /two dots/],
    [`refs/replace/${'a'.repeat(40)}`, /replacement/],
    ['refs/pull/1/head', /belongs to the hub/],
    ['refs/granary/x', /belongs to the hub/],
    ['refs/remotes/origin/main', /only branches/],
    ['refs/stash', /only branches/],
    ['refs/heads', /only branches/],
    ['heads/main', /only branches/],
    [`refs/heads/${'0'.repeat(40)}`, /commit id/],
    [`refs/tags/${'aF'.repeat(20)}`, /commit id/],
    [`refs/tags/${'a'.repeat(64)}`, /commit id/],
    ['refs/heads/HEAD', /default branch/],
    ['refs/heads/@', /default branch/],
    ['refs/tags/heads/main', /starts with heads/],
    ['refs/heads/tags/v1', /starts with tags/],
    ['refs/heads/remotes/x', /starts with remotes/],
    ['refs/heads/refs/heads/main', /starts with refs/],
    ['refs/heads/-x', /option/],
    [`refs/heads/${'é'.repeat(126)}`, /longer than 250 bytes/],
    ['refs/heads/caf\ufffd', /not in UTF-8, or holds control characters/],
  ])('refuses %s', (name, reason) => {
    expect(checkPushedRef(name)).toMatch(reason);
  });
});

it('names the folders that are the hub’s own', () => {
  expect(HUB_REFS).toEqual(['refs/replace', 'refs/pull', 'refs/granary']);
});

describe('parseRefName', () => {
  it('tells branches and tags from the rest', () => {
    expect(parseRefName('refs/heads/a/b')).toEqual({ kind: 'branch', name: 'a/b' });
    expect(parseRefName('refs/tags/v1')).toEqual({ kind: 'tag', name: 'v1' });
    expect(parseRefName('refs/notes/commits')).toBeNull();
  });
});

describe('foldRefName', () => {
  it.each([
    ['refs/heads/Main', 'refs/heads/mAIN'],
    ['refs/heads/straße', 'refs/heads/STRASSE'],
    ['refs/heads/STRAẞE', 'refs/heads/strasse'],
    ['refs/heads/e\u0301te', 'refs/heads/\u00c9TE'],
    ['refs/heads/ὈΔΟΣ', 'refs/heads/ὀδος'],
  ])('folds %s and %s together', (one, other) => {
    expect(foldRefName(one)).toBe(foldRefName(other));
  });

  it('keeps different names apart', () => {
    expect(foldRefName('refs/heads/a')).not.toBe(foldRefName('refs/heads/b'));
  });

  it('folds a folded name to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(foldRefName(foldRefName(name))).toBe(foldRefName(name));
      }),
    );
  });
});
