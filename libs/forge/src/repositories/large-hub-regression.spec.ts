import { createHash } from 'node:crypto';
import type { Actor, UserActor } from '../identity';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { statementsOf, wholeTableScans } from '../testing/statements';
import { RepositoryListsService } from '.';

// Enough for Postgres to prefer an index wherever one serves.
const REPOSITORIES = 30_000;
const USERS = REPOSITORIES / 10;

let forge: ForgeFixture;
let lists: RepositoryListsService;
let alice: UserActor;
const anonymous: Actor = { kind: 'anonymous' };

beforeAll(async () => {
  forge = await openForge();
  lists = forge.get(RepositoryListsService);
  alice = await forge.user('alice');
  for (const statement of [
    `INSERT INTO users (name) SELECT 'user' || n FROM generate_series(1, ${USERS}) n`,
    `INSERT INTO namespaces (name, name_folded, kind, owner_user_id)
       SELECT name, name, 'user', id FROM users WHERE name LIKE 'user%'`,
    `INSERT INTO repositories (namespace_id, name, name_folded, description, visibility, created_at)
       SELECT n.id, 'r' || md5(at::text), 'r' || md5(at::text), 'about ' || md5((-at)::text),
              CASE WHEN at % 10 = 0 THEN 'public' ELSE 'private' END, now() - at * interval '1 minute'
         FROM generate_series(1, ${REPOSITORIES}) at
         JOIN namespaces n ON n.name_folded = 'user' || (at % ${USERS} + 1)`,
    `INSERT INTO collaborators (repository_id, user_id, role)
       SELECT r.id, u.id, 'write' FROM repositories r JOIN users u ON u.name = 'user' || (r.id * 7 % ${USERS} + 1)
        WHERE r.id % 2 = 0`,
    `INSERT INTO repositories (namespace_id, name, name_folded, visibility)
       SELECT n.id, 'mine' || i, 'mine' || i, 'private' FROM namespaces n, generate_series(1, 30) i WHERE n.name = 'alice'`,
    `INSERT INTO collaborators (repository_id, user_id, role)
       SELECT r.id, ${alice.userId}, 'read' FROM repositories r WHERE r.id % 10000 = 7`,
  ])
    await forge.database.query(statement);
  await forge.database.query('VACUUM ANALYZE');
}, 60_000);

afterAll(() => forge.close());

const page = { limit: 30, offset: 0 };
const md5 = (text: string) => createHash('md5').update(text).digest('hex').slice(0, 12);

it.each<[string, () => Promise<unknown>]>([
  ['the home of a user', () => lists.ofUser(alice, page)],
  ['how many that are', () => lists.countOfUser(alice)],
  ['explore, signed out', () => lists.explore(anonymous, '', page)],
  ['explore, signed in', () => lists.explore(alice, '', page)],
  ['a word in names and descriptions', () => lists.explore(alice, md5('77'), page)],
  ['a word that is nowhere', () => lists.explore(anonymous, 'nowhere', page)],
  ['a full name', () => lists.explore(alice, 'user77/r', page)],
  ['repositories of an owner', () => lists.explore(alice, 'user:user77 about', page)],
  ['one repository', () => lists.explore(alice, `repo:alice/mine3`, page)],
  ['a profile', () => lists.ofNamespace(alice, 5, page)],
  ['how many that shows', () => lists.countOfNamespace(alice, 5)],
])('%s: the rest of a large hub is not looked at', async (_what, read) => {
  const statements = await statementsOf(forge.database, read);
  expect(statements.length).toBeGreaterThan(0);
  for (const statement of statements)
    expect(await wholeTableScans(forge.database, statement, ['repositories', 'collaborators'])).toEqual([]);
});

it('counts what it lists, for everybody', async () => {
  const restricted: UserActor = { ...alice, repositoryIds: new Set([1, 2, 10, 20, 7, REPOSITORIES + 3]) };
  const admin: UserActor = { ...alice, isAdmin: true };
  const searches = ['mine', 'user:user77', 'user:user8 is:private', '-mine3 user:alice'];
  const cases = [anonymous, alice, restricted, admin].flatMap((actor) => searches.map((search) => ({ actor, search })));
  for (const { actor, search } of [
    ...cases,
    { actor: alice, search: '' },
    { actor: restricted, search: 'is:private' },
  ]) {
    const { repositories, total } = await lists.explore(actor, search, { limit: REPOSITORIES, offset: 0 });
    expect([search, total]).toEqual([search, new Set(repositories.map(({ id }) => id)).size]);
  }
  expect((await lists.explore(alice, '', page)).total).toBe(REPOSITORIES / 10 + 30 + 3);
});
