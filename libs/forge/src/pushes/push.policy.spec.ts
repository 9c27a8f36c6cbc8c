import type { ProtectionFacts } from '../protection';
import { actionOf, isUntaken, judgeCommands, judgeRefs, tooManyRefs, type PushFacts } from './push.policy';

const ZERO = '0'.repeat(40);
const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const facts: PushFacts = {
  defaultBranch: 'main',
  existingRefs: ['refs/heads/main', 'refs/heads/Feature'],
  protections: [],
  pusher: { userId: 1, role: 'write' },
  forced: new Set(),
};
const judge = (ref: string, oldOid = ZERO, newOid = A) => judgeCommands([{ ref, oldOid, newOid }], facts);

it.each(['refs/heads/next', 'refs/tags/v1', 'refs/heads/a/b/c'])('lets %s be created', (ref) => {
  expect(judge(ref)).toEqual([]);
});

it.each([
  'refs/replace/' + A,
  'refs/pull/1/head',
  'refs/heads/' + A,
  'refs/tags/' + 'c'.repeat(64),
  'refs/heads/HEAD',
  'refs/heads/refs/heads/x',
  'HEAD',
])('refuses %s', (ref) => {
  expect(judge(ref)).toHaveLength(1);
  expect(judge(ref, A, B)).toHaveLength(1);
});

it('keeps the default branch from deletion, and only that', () => {
  expect(judge('refs/heads/main', A, ZERO)).toEqual([expect.stringContaining('default branch')]);
  expect(judge('refs/heads/Feature', A, ZERO)).toEqual([]);
});

it('refuses a branch that folds to an existing one or to another of the push', () => {
  expect(judge('refs/heads/feature')).toEqual([expect.stringContaining('refs/heads/Feature')]);
  const pair = ['refs/heads/x', 'refs/heads/X'].map((ref) => ({ ref, oldOid: ZERO, newOid: A }));
  expect(judgeCommands(pair, facts)).toHaveLength(2);
});

it('judges every command of a push', () => {
  const commands = [
    { ref: 'refs/heads/ok', oldOid: ZERO, newOid: A },
    { ref: 'refs/replace/x', oldOid: ZERO, newOid: A },
    { ref: 'refs/heads/main', oldOid: A, newOid: ZERO },
  ];
  expect(judgeCommands(commands, facts)).toHaveLength(2);
});

const protectedRelease: ProtectionFacts = {
  kind: 'branch',
  pattern: 'release/*',
  push: { role: 'maintain', userIds: [] },
  forcePush: { role: null, userIds: [] },
  delete: { role: null, userIds: [] },
  requireLinearHistory: false,
  enforceAdmins: true,
};

it('asks the protections of every ref, and knows which moves lose commits', () => {
  const protections = [protectedRelease];
  const commands = [
    { ref: 'refs/heads/release/1', oldOid: A, newOid: B },
    { ref: 'refs/heads/release/2', oldOid: A, newOid: ZERO },
    { ref: 'refs/heads/release/3', oldOid: ZERO, newOid: B },
    { ref: 'refs/heads/topic', oldOid: A, newOid: B },
  ];
  expect(judgeCommands(commands, { ...facts, protections })).toHaveLength(3);
  const pusher = { userId: 1, role: 'maintain' } as const;
  const forced = new Set(['refs/heads/release/1']);
  const refusals = judgeCommands(commands, { ...facts, protections, pusher, forced });
  expect(refusals).toEqual([expect.stringContaining('release/1'), expect.stringContaining('release/2')]);
});

it('names the ref of each refusal', () => {
  const commands = [
    { ref: 'refs/heads/ok', oldOid: ZERO, newOid: A },
    { ref: 'refs/heads/main', oldOid: A, newOid: ZERO },
  ];
  expect([...judgeRefs(commands, facts).keys()]).toEqual(['refs/heads/main']);
});

it('takes a new name in the place of one that the same push deletes, and an update of a name that has a twin', () => {
  const renamed = [
    { ref: 'refs/heads/docs', oldOid: A, newOid: ZERO },
    { ref: 'refs/heads/Docs', oldOid: ZERO, newOid: A },
  ];
  expect(judgeCommands(renamed, facts)).toEqual([]);
  const existingRefs = [...facts.existingRefs, 'refs/heads/feature'];
  const update = [{ ref: 'refs/heads/feature', oldOid: A, newOid: B }];
  expect(judgeCommands(update, { ...facts, existingRefs })).toEqual([]);
});

it('tells creation, update and deletion apart', () => {
  const ref = 'refs/heads/x';
  expect(actionOf({ ref, oldOid: ZERO, newOid: A })).toBe('create');
  expect(actionOf({ ref, oldOid: A, newOid: B })).toBe('update');
  expect(actionOf({ ref, oldOid: A, newOid: ZERO })).toBe('delete');
});

it('finds the refs that nobody may push, and lets each be deleted', () => {
  const untaken = (ref: string, newOid = A) => isUntaken({ ref, oldOid: newOid === ZERO ? A : ZERO, newOid });
  expect(untaken('refs/pull/1/head')).toBe(true);
  expect(untaken('refs/heads/x')).toBe(false);
  expect(untaken('refs/pull/1/head', ZERO)).toBe(false);
  expect(untaken('refs/heads/x', ZERO)).toBe(false);
});

it('takes as many refs as are allowed, and says how to push more', () => {
  expect(tooManyRefs(100, 100)).toBeNull();
  expect(tooManyRefs(99, 100)).toBeNull();
  const refusal = tooManyRefs(101, 100);
  expect(refusal).toContain('This push changes 101 refs; this hub takes 100 at a time. Nothing was stored.');
  expect(refusal).toContain("git push <remote> 'refs/heads/a*:refs/heads/a*'");
});

it('compares thousands of new names without comparing each with each', () => {
  const commands = Array.from({ length: 20_000 }, (_, n) => ({ ref: `refs/tags/v${n}`, oldOid: ZERO, newOid: A }));
  expect(judgeCommands(commands, facts)).toEqual([]);
});
