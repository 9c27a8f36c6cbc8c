import { unknownVariables } from './unknown-variables';

it.each([
  ['GRANARY_PROT', 'GRANARY_PORT'],
  ['GRANARY_ADMIN_PASSWROD', 'GRANARY_ADMIN_PASSWORD'],
  ['GRANARY_LFS_GRACE_DAY', 'GRANARY_LFS_GRACE_DAYS'],
  ['S3_ENDPIONT', 'S3_ENDPOINT'],
  ['DATABASE_URI', 'DATABASE_URL'],
])('asks whether %s was meant to be %s', (name, nearest) => {
  expect(unknownVariables({ [name]: 'x' })).toEqual([
    `${name} is not a variable of Granary and does nothing. Did you mean ${nearest}?`,
  ]);
});

it('names the page for a name that is like none', () => {
  expect(unknownVariables({ GRANARY_TELEPORTATION: 'on' })).toEqual([
    'GRANARY_TELEPORTATION is not a variable of Granary and does nothing. docs/configuration.md lists those that are.',
  ]);
});

it('says nothing of variables that are known, unset or of others', () => {
  expect(unknownVariables({ GRANARY_PORT: '1', GRANARY_PROT: '', S3_FORCE_PATH_STYLE: '1', PATH: '/bin' })).toEqual([]);
});
