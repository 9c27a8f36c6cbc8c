import { DomainError } from '@granary/kernel';
import { checkNamespaceName, checkRepositoryName } from './name.policy';

it.each(['a', 'Alice', 'big.data_set-2', '0', '_x', 'a'.repeat(100)])('allows the repository name %j', (name) => {
  expect(() => checkRepositoryName(name)).not.toThrow();
});

it.each([
  '',
  '.',
  '..',
  '.git',
  '-x',
  'x.git',
  'X.GIT',
  'x.lock',
  'x.',
  'a/b',
  'a b',
  'ü',
  'a\0',
  'a\n',
  'a%2fb',
  'a'.repeat(101),
])('refuses the repository name %j', (name) => {
  expect(() => checkRepositoryName(name)).toThrow(DomainError);
});

it.each(['api', 'API', 'v2', 'login', '-', '_next', 'settings', 'health'])(
  'keeps the namespace %j for the hub',
  (name) => {
    expect(() => checkNamespaceName(name)).toThrow(DomainError);
  },
);
