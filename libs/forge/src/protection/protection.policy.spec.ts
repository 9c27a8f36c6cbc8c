import { judgeProtected, protectionsOf, type ProtectionFacts, type Pusher, type RefChange } from './protection.policy';

const NOBODY = { role: null, userIds: [] };
const main: ProtectionFacts = {
  kind: 'branch',
  pattern: 'main',
  push: { role: 'maintain', userIds: [7] },
  forcePush: NOBODY,
  delete: NOBODY,
  requireLinearHistory: false,
  enforceAdmins: true,
};
const writer: Pusher = { userId: 1, role: 'write' };
const maintainer: Pusher = { userId: 2, role: 'maintain' };
const admin: Pusher = { userId: 3, role: 'admin' };
const update: RefChange = { ref: 'refs/heads/main', action: 'update', forced: false };
const judge = (pusher: Pusher, change: Partial<RefChange> = {}, protection: Partial<ProtectionFacts> = {}) =>
  judgeProtected({ ...update, ...change }, pusher, [{ ...main, ...protection }]);

it('lets the role and higher ones push, and who is named', () => {
  expect(judge(maintainer)).toBeNull();
  expect(judge(admin)).toBeNull();
  expect(judge({ userId: 7, role: 'write' })).toBeNull();
  expect(judge(writer)).toContain('you may not push');
  expect(judge({ userId: null, role: 'write' })).toContain('you may not push');
});

it('judges creation as a push', () => expect(judge(writer, { action: 'create' })).toContain('you may not push'));

it('keeps admins too from force and deletion, unless it names or exempts them', () => {
  expect(judge(admin, { forced: true })).toContain('force-pushed');
  expect(judge(admin, { action: 'delete' })).toContain('delete');
  expect(judge(admin, { forced: true }, { forcePush: { role: 'admin', userIds: [] } })).toBeNull();
  expect(judge(admin, { action: 'delete' }, { delete: { role: null, userIds: [3] } })).toBeNull();
  expect(judge(admin, { forced: true }, { enforceAdmins: false })).toBeNull();
  expect(judge(maintainer, { forced: true }, { enforceAdmins: false })).toContain('force-pushed');
});

it('may let somebody force who may not delete', () => {
  const protection = { forcePush: { role: 'write', userIds: [] }, push: { role: 'write', userIds: [] } } as const;
  expect(judge(writer, { forced: true }, protection)).toBeNull();
  expect(judge(writer, { action: 'delete' }, protection)).toContain('delete');
});

it('says what to do instead, to who pushes a branch and to who pushes a tag', () => {
  const tag = { kind: 'tag', pattern: 'v*' } as const;
  const release: Partial<RefChange> = { ref: 'refs/tags/v1' };
  const settings = 'Who may is set under Settings, Protection.';

  expect(judge(writer)).toBe(
    'main is a protected branch (main): you may not push to it. ' +
      `Push to a branch of your own instead: git push origin HEAD:<name>. ${settings}`,
  );
  expect(judge(writer, release, tag)).toBe(
    `v1 is a protected tag (v*): you may not push to it. Use another name. ${settings}`,
  );
  expect(judge(writer, { action: 'delete' })).toBe(
    `main is a protected branch (main): you may not delete it. ${settings}`,
  );
  expect(judge(admin, { forced: true })).toBe(
    'main is a protected branch (main): it may not be force-pushed. ' +
      'Take in what others pushed (git pull --rebase), then push without force.',
  );
  expect(judge(admin, { ...release, forced: true }, tag)).toBe(
    'v1 is a protected tag (v*): it may not be replaced. Give the new tag another name.',
  );
});

it('must pass every protection that matches', () => {
  const wide = { ...main, pattern: '**', push: { role: 'write', userIds: [] } } as const;
  expect(judgeProtected(update, writer, [wide])).toBeNull();
  expect(judgeProtected(update, writer, [wide, main])).toContain('(main)');
});

it('matches branches and tags apart, by short name', () => {
  const tag = { ...main, kind: 'tag', pattern: 'v*' } as const;
  expect(protectionsOf('refs/tags/v1', [main, tag])).toEqual([tag]);
  expect(protectionsOf('refs/heads/v1', [main, tag])).toEqual([]);
  expect(protectionsOf('refs/notes/v1', [main, tag])).toEqual([]);
});
