import { branchNamed, branchRefNamed } from './branch-named';

it('takes every form of a branch’s name for that branch, and HEAD for the default one', () => {
  for (const text of ['x/y', 'heads/x/y', 'refs/heads/x/y']) {
    expect(branchNamed(text, 'main')).toBe('x/y');
    expect(branchRefNamed(text, 'main')).toBe('refs/heads/x/y');
  }
  expect(branchRefNamed('HEAD', 'trunk')).toBe('refs/heads/trunk');
});

it('takes nothing else for a branch', () => {
  for (const text of [
    '',
    'refs/tags/v1',
    'tags/v1',
    'refs/notes/x',
    'a..b',
    'a b',
    'refs/heads/',
    'refs/heads/tags/v1',
  ])
    expect([text, branchRefNamed(text, 'main')]).toEqual([text, null]);
});
