import { GitFailed } from '@granary/git-process';
import { asDomainError } from './as-domain-error';

const git = (stderr: string) => new GitFailed('for-each-ref', 128, stderr);
const system = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code, path });

it.each([
  git("fatal: not a git repository: '/data/repositories/02/2.git'"),
  git("fatal: '/data/repositories/02/2.git' does not appear to be a git repository"),
  git('error: object file ./objects/ab/cdef is empty'),
  git('fatal: loose object ab12 (stored in ./objects/ab/12) is corrupt'),
  git('error: packfile ./objects/pack/pack-1.pack cannot be accessed'),
  git('fatal: bad object refs/heads/main'),
  git('fatal: unable to read tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904'),
  system('ENOENT', '/data/repositories/02/2.git/config'),
])('tells of a damaged repository, and nothing of its place: %s', (error) => {
  const told = asDomainError(error);
  expect(told.code).toBe('repository_damaged');
  expect(`${told.message} ${told.hint}`).not.toMatch(/repositories|objects|fatal/);
});

it.each([git('fatal: write error: No space left on device'), system('ENOSPC', '/data/repositories/02/2.git/objects')])(
  'tells of a full disk: %s',
  (error) => expect(asDomainError(error)).toMatchObject({ code: 'storage_full' }),
);

it.each([git('fatal: bad revision nope'), new Error('a defect')])('keeps what is a defect a defect: %s', (error) =>
  expect(asDomainError(error).code).toBe('internal'),
);
