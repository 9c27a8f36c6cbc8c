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

it.each(['_next', 'info', 'settings', 'new', 'NEW'])('keeps the repository name %j for the hub', (name) => {
  expect(() => checkRepositoryName(name)).toThrow(`name "${name}" is reserved by the hub`);
});

it.each(['alice', 'Big.Studio', 'apis', 'newer'])('allows the namespace %j', (name) => {
  expect(() => checkNamespaceName(name)).not.toThrow();
});

it('says what is wrong with a name, and of which field', () => {
  const fieldsOf = (check: () => void) => {
    try {
      check();
    } catch (error) {
      return { message: (error as DomainError).message, fields: (error as DomainError).fields };
    }
    throw new Error('nothing is wrong with it');
  };
  const inField = (field: string) => [expect.objectContaining({ field })];
  expect(fieldsOf(() => checkRepositoryName('a b'))).toEqual({
    message: 'name must be 1 to 100 of the characters A-Z a-z 0-9 . _ - and start with a letter, a digit or _',
    fields: inField('name'),
  });
  expect(fieldsOf(() => checkRepositoryName('x.GIT'))).toEqual({
    message: 'name must not end in ".git"',
    fields: inField('name'),
  });
  expect(fieldsOf(() => checkRepositoryName('info'))).toMatchObject({ fields: inField('name') });
  expect(fieldsOf(() => checkNamespaceName('login'))).toEqual({
    message: 'login "login" is reserved by the hub',
    fields: inField('login'),
  });
  expect(fieldsOf(() => checkNamespaceName('ghost', 'name'))).toMatchObject({ fields: inField('name') });
});

it.each([
  'api',
  'public',
  'robots.txt',
  'git',
  'lfs',
  'ghost',
  'API',
  'v2',
  'login',
  '-',
  '_next',
  'settings',
  'health',
])('keeps the namespace %j for the hub', (name) => {
  expect(() => checkNamespaceName(name)).toThrow(DomainError);
});
