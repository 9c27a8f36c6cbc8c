import { auditDetails, auditText } from './audit-texts';

it.each([
  ['lfs_lock.create', {}, ['locked ', '']],
  ['lfs_lock.take_over', { previous_owner: 'bob' }, ['took over bob’s lock of ', '']],
  ['repository.visibility', { from: 'private', to: 'public' }, ['made ', ' public, which was private']],
  ['collaborator.set', { role: 'write' }, ['gave ', ' the role “write”']],
  ['repository.rename', {}, ['renamed ', ' to nothing']],
  ['lfs_object.collect', { count: 3 }, ['moved ', ' into the trash, since nothing names it any more']],
  ['sign_in.failure', { by: 'password' }, ['refused a sign-in to ', '']],
  ['something.newer', {}, ['something.newer: ', '']],
  ['toString', {}, ['toString: ', '']],
])('tells %s', (action, details, text) => expect(auditText({ action, details })).toEqual(text));

it('spells details out', () => {
  expect(auditDetails({ previous_role: null, role: 'read', limit: { from: 1, to: null } })).toEqual([
    'role: read',
    'limit: {"from":1,"to":null}',
  ]);
});
