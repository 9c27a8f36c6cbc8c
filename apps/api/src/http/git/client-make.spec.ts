import { isGitThatKnowsFormats } from './client-make';

it.each([
  ['git/2.39.5', true],
  ['git/2.55.0-Linux', true],
  ['git/2.39.5 (Apple Git-154)', true],
  ['git/2.28.0', true],
  ['git/3.0.0', true],
  ['git/2.27.1', false],
  ['git/1.9.1', false],
  ['git/2.0 (libgit2 1.5.0)', false],
  ['git/2.40 (libgit2 2.0.0)', false],
  ['git/dulwich/0.21.2', false],
  ['git/isomorphic-git@1.27.1', false],
  ['git/oxide-0.40', false],
  ['JGit/4.11', false],
  ['go-git/5.x', false],
  ['curl/8 git/2.39.5', false],
  [undefined, false],
])('%s: %s', (userAgent, expected) => expect(isGitThatKnowsFormats(userAgent)).toBe(expected));
