import type { UserActor } from '../identity';
import { RepositoriesService, type Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { DEFAULT_PUSH_RULES } from './push-rules';
import { PushRulesService } from './push-rules.service';
import { ProtectionsService, type ProtectionInput } from './protections.service';

let forge: ForgeFixture;
let alice: UserActor;
let bob: UserActor;
let protections: ProtectionsService;
let rules: PushRulesService;
let repository: Repository;
let other: Repository;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  [alice, bob] = [await forge.user('alice'), await forge.user('bob')];
  protections = forge.get(ProtectionsService);
  rules = forge.get(PushRulesService);
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  const create = () => forge.get(RepositoriesService).create(alice, { namespace: 'alice', name: `r${serial++}` });
  [repository, other] = [await create(), await create()];
});

const NOBODY = { role: null, users: [] };
const input: ProtectionInput = {
  kind: 'branch',
  pattern: 'release/**',
  push: { role: 'maintain', users: ['bob'] },
  force_push: NOBODY,
  delete: NOBODY,
  require_linear_history: true,
  enforce_admins: true,
};

it('keeps a protection, and changes only what is given', async () => {
  const { id } = await protections.create(repository.id, input);
  const changed = await protections.update(repository.id, id, { delete: { role: 'admin', users: ['alice'] } });
  expect(changed).toMatchObject({
    pattern: 'release/**',
    push: { role: 'maintain', userIds: [bob.userId] },
    delete: { role: 'admin', userIds: [alice.userId] },
    requireLinearHistory: true,
  });
  expect(await protections.list(repository.id)).toEqual([changed]);
});

it('is out of reach through another repository', async () => {
  const { id } = await protections.create(repository.id, input);
  const notFound = { code: 'not_found' };
  await expect(protections.get(other.id, id)).rejects.toMatchObject(notFound);
  await expect(protections.update(other.id, id, { push: NOBODY })).rejects.toMatchObject(notFound);
  await expect(protections.delete(other.id, id)).rejects.toMatchObject(notFound);
  expect((await protections.get(repository.id, id)).push.role).toBe('maintain');
});

it('protects what a pattern means, however it names branches and tags', async () => {
  const patternOf = async (kind: 'branch' | 'tag', pattern: string) => {
    const { id, pattern: kept } = await protections.create(repository.id, { ...input, kind, pattern });
    await protections.delete(repository.id, id);
    return kept;
  };
  for (const pattern of ['release/*', 'heads/release/*', 'refs/heads/release/*'])
    expect(await patternOf('branch', pattern)).toBe('release/*');
  for (const pattern of ['v*', 'tags/v*', 'refs/tags/v*']) expect(await patternOf('tag', pattern)).toBe('v*');
  // What no branch can be called protects nothing.
  for (const pattern of ['refs/tags/v1', 'tags/v1', 'HEAD', 'refs/*', 'remotes/x'])
    await expect(patternOf('branch', pattern)).rejects.toMatchObject({ code: 'invalid' });
  await expect(patternOf('tag', 'refs/heads/main')).rejects.toMatchObject({ code: 'invalid' });
  const { id } = await protections.create(repository.id, input);
  expect((await protections.update(repository.id, id, { pattern: 'refs/heads/main' })).pattern).toBe('main');
});

it.each([
  ['a second of its kind and pattern', {}, 'already_exists'],
  ['a pattern that no branch can match', { pattern: 'a..b' }, 'invalid'],
  ['a user that does not exist', { pattern: 'x', push: { role: null, users: ['nobody'] } }, 'invalid'],
])('refuses %s, and keeps nothing of it', async (_what, change, code) => {
  await protections.create(repository.id, input);
  await expect(protections.create(repository.id, { ...input, ...change })).rejects.toMatchObject({
    code: 'invalid',
    fields: [{ code }],
  });
  expect(await protections.list(repository.id)).toHaveLength(1);
});

it('has the defaults of the hub until the repository chooses, and again when it gives them back', async () => {
  expect((await rules.get(repository.id)).effective).toEqual(DEFAULT_PUSH_RULES);
  await rules.update(repository.id, { secret_scanning: 'block', max_file_size_bytes: 2048 });
  const changed = await rules.update(repository.id, { forbidden_paths: ['*.exe'], max_file_size_bytes: null });
  expect(changed.own).toMatchObject({
    secret_scanning: 'block',
    max_file_size_bytes: null,
    forbidden_paths: ['*.exe'],
  });
  expect(changed.effective).toEqual({ ...DEFAULT_PUSH_RULES, secret_scanning: 'block', forbidden_paths: ['*.exe'] });
  expect((await rules.get(other.id)).effective).toEqual(DEFAULT_PUSH_RULES);
});
