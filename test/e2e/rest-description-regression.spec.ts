import { generateKeyPairSync } from 'node:crypto';
import { Octokit } from '@octokit/rest';
import { eventually, startHub, WorkTree, type Actor, type Hub } from '../support';
import { GithubApi, type Deviation } from '../support/github-api';
import { Gpg } from '../support/gpg';
import { hubRoutes } from '../support/routes';

/** Where the hub's answers differ from GitHub's description, and why. Each has to occur: what is mended leaves the list. */
const EXCEPTIONS: (Deviation & { why: string })[] = [
  {
    operation: 'PUT /repos/{owner}/{repo}/contents/{path}',
    at: '',
    fault: 'must match exactly one schema in oneOf',
    why: 'GitHub describes two forms of the 409 so that every error matches both',
  },
];

/** Operations that both have and that are not compared here, and why. */
const NOT_COMPARED: Record<string, string> = {
  'GET /repos/{owner}/{repo}/tarball/{ref}': 'the archive comes with the answer, not from another address',
  'GET /repos/{owner}/{repo}/zipball/{ref}': 'as the tarball',
};

const github = new GithubApi();
const deviations: Deviation[] = [];
const compared = new Set<string>();

let hub: Hub;
let alice: Actor;
let bob: Actor;
let tree: WorkTree;
let api: Octokit;

const at = { owner: 'alice', repo: 'lib' };

/** Octokit, each of whose answers is compared. */
function comparing(actor?: Actor): Octokit {
  const octokit = new Octokit({
    baseUrl: `${hub.url}/api/v3`,
    auth: actor?.token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  octokit.hook.wrap('request', async (request, options) => {
    const note = ({ status, data }: { status: number; data: unknown }) => {
      const operation = github.operationOf(options.method, options.url);
      const { format } = options.mediaType;
      if (operation === null || !github.isDescribed(operation)) return;
      if (status < 300) compared.add(operation);
      if (status === 204 || typeof data === 'string') return;
      const form = format === 'object' ? format : undefined;
      deviations.push(...github.deviations(operation, { status, form, body: data }));
    };
    try {
      const response = await request(options);
      note(response);
      return response;
    } catch (error) {
      const { response } = error as { response?: { status: number; data: unknown } };
      if (response) note(response);
      throw error;
    }
  });
  return octokit;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const refused = (call: Promise<unknown>, status: number) => expect(call).rejects.toMatchObject({ status });

beforeAll(async () => {
  hub = await startHub();
  [alice, bob] = await Promise.all([hub.actor('alice'), hub.actor('bob')]);
  api = comparing(alice);
  const files = {
    'README.md': '# lib\n',
    'src/README': 'text\n',
    'src/a.txt': 'a\n',
    'big.bin': Buffer.alloc(1024 * 1024 + 1),
  };
  tree = await WorkTree.create(alice, 'alice/lib', { files });
  const modules = '[submodule "m"]\n\tpath = module\n\turl = https://example.test/m.git\n';
  const links = { link: 'src/a.txt', lost: '../outside' };
  for (const [path, target] of Object.entries(links)) {
    await tree.ok('update-index', '--add', '--cacheinfo', `120000,${await tree.hashObject('blob', target)},${path}`);
  }
  await tree.ok('update-index', '--add', '--cacheinfo', `160000,${await tree.tip()},module`);
  tree.write({ '.gitmodules': modules });
  await tree.ok('add', '.gitmodules');
  await tree.ok('commit', '-q', '-m', 'links');
  await tree.ok('branch', 'feature/a');
  await tree.ok('tag', 'v1');
  await tree.ok('tag', '-a', '-m', 'annotated', 'v2');
  await tree.ok('push', '-q', 'origin', 'main', 'feature/a', '--tags');
});

it('itself', async () => {
  await api.meta.root();
  await api.meta.get();
  await api.meta.getAllVersions();
  await api.meta.getZen();
  await api.rateLimit.get();
});

it('users and what is theirs', async () => {
  const { users } = api;
  await users.getAuthenticated();
  await users.updateAuthenticated({ name: 'Alice', bio: 'b', company: 'c', location: 'l', blog: 'https://a.test' });
  await users.getByUsername({ username: 'bob' });
  await refused(users.getByUsername({ username: 'nobody' }), 404);
  await refused(comparing().users.getAuthenticated(), 401);
});

it('repositories', async () => {
  const { repos, search } = api;
  await repos.createForAuthenticatedUser({
    name: 'fresh',
    has_wiki: false,
    gitignore_template: 'Node',
    auto_init: true,
  });
  await refused(repos.createForAuthenticatedUser({ name: '..' }), 422);
  await refused(repos.createForAuthenticatedUser({ name: 7 as never }), 422);
  await repos.update({
    owner: 'alice',
    repo: 'fresh',
    description: 'd',
    homepage: 'https://a.test',
    has_issues: false,
  });
  await refused(comparing(bob).repos.delete({ owner: 'alice', repo: 'fresh' }), 404);
  await repos.delete({ owner: 'alice', repo: 'fresh' });
  await repos.get(at);
  await refused(repos.get({ owner: 'alice', repo: 'none' }), 404);
  await repos.listForAuthenticatedUser();
  await repos.listForUser({ username: 'alice' });
  await search.repos({ q: 'lib' });
});

it('branches, tags and their protection', async () => {
  const { repos } = api;
  await repos.listBranches(at);
  await repos.getBranch({ ...at, branch: 'feature/a' });
  await refused(repos.getBranch({ ...at, branch: 'none' }), 404);
  await repos.updateBranchProtection({
    ...at,
    branch: 'main',
    required_status_checks: null,
    enforce_admins: false,
    required_pull_request_reviews: null,
    restrictions: { users: ['alice'], teams: [] },
    allow_force_pushes: true,
  });
  await repos.getBranchProtection({ ...at, branch: 'main' });
  await repos.deleteBranchProtection({ ...at, branch: 'main' });
  await refused(repos.getBranchProtection({ ...at, branch: 'main' }), 404);
  await repos.listTags(at);
});

it('commits', async () => {
  const { repos, git } = api;
  const { data } = await repos.listCommits(at);
  const sha = data[0]?.sha ?? '';
  await repos.getCommit({ ...at, ref: sha });
  await repos.getCommit({ ...at, ref: 'feature/a' });
  await refused(repos.getCommit({ ...at, ref: 'none' }), 422);
  await repos.compareCommitsWithBasehead({ ...at, basehead: 'feature/a...main' });
  await git.getCommit({ ...at, commit_sha: sha });
  await git.getTag({ ...at, tag_sha: await tree.tip('v2') });
});

it('contents', async () => {
  const { repos } = api;
  for (const path of ['', 'src', 'src/a.txt', 'link', 'lost', 'module', 'big.bin']) {
    await repos.getContent({ ...at, path });
    await repos.getContent({ ...at, path, mediaType: { format: 'object' } });
  }
  await refused(repos.getContent({ ...at, path: 'none' }), 404);
  await repos.getReadme(at);
  await repos.getReadmeInDirectory({ ...at, dir: 'src' });
  const file = { ...at, path: 'new.txt', message: 'm' };
  const made = await repos.createOrUpdateFileContents({ ...file, content: base64('x') });
  await refused(repos.createOrUpdateFileContents({ ...file, content: base64('y'), sha: 'ab'.repeat(20) }), 409);
  await repos.deleteFile({ ...file, sha: made.data.content?.sha ?? '' });
});

it('the database of git', async () => {
  const { git } = api;
  await git.getTree({ ...at, tree_sha: 'main', recursive: '1' });
  await git.getBlob({ ...at, file_sha: await tree.tip('HEAD:src/a.txt') });
  await git.getRef({ ...at, ref: 'heads/main' });
  await git.getRef({ ...at, ref: 'tags/v2' });
  await git.listMatchingRefs({ ...at, ref: 'heads/' });
  await git.createRef({ ...at, ref: 'refs/heads/other', sha: await tree.tip() });
  await refused(git.createRef({ ...at, ref: 'refs/heads/other', sha: await tree.tip() }), 422);
  await git.updateRef({ ...at, ref: 'heads/other', sha: await tree.tip('HEAD~'), force: true });
  await git.deleteRef({ ...at, ref: 'heads/other' });
  const blob = await git.createBlob({ ...at, content: 'x', encoding: 'utf-8' });
  const entry = { path: 'made', mode: '100644', type: 'blob', sha: blob.data.sha } as const;
  const made = await git.createTree({ ...at, base_tree: await tree.tip('HEAD^{tree}'), tree: [entry] });
  const parents = [await tree.tip()];
  const commit = await git.createCommit({ ...at, message: 'm', tree: made.data.sha, parents });
  await git.createTag({ ...at, tag: 'v3', message: 'm', object: commit.data.sha, type: 'commit' });
});

it('collaborators', async () => {
  const { repos } = api;
  await repos.addCollaborator({ ...at, username: 'bob', permission: 'push' });
  await repos.listCollaborators(at);
  await repos.checkCollaborator({ ...at, username: 'bob' });
  await repos.getCollaboratorPermissionLevel({ ...at, username: 'bob' });
  await repos.removeCollaborator({ ...at, username: 'bob' });
});

it('webhooks', async () => {
  const { repos } = api;
  const config = { url: 'https://example.test/h', content_type: 'json', insecure_ssl: '0', secret: 's' };
  const { data } = await repos.createWebhook({ ...at, name: 'web', events: ['push', 'pull_request'], config });
  const hook = { ...at, hook_id: data.id };
  await repos.listWebhooks(at);
  await repos.updateWebhook({ ...hook, active: true, events: ['push', 'create'] });
  await repos.getWebhook(hook);
  await repos.getWebhookConfigForRepo(hook);
  await repos.updateWebhookConfigForRepo({ ...hook, content_type: 'form' });
  await repos.pingWebhook(hook);
  await repos.testPushWebhook(hook);
  const tried = await eventually('a delivery is tried', async () =>
    (await repos.listWebhookDeliveries(hook)).data.find(({ status }) => status !== 'pending'),
  );
  await repos.getWebhookDelivery({ ...hook, delivery_id: tried.id });
  await repos.redeliverWebhookDelivery({ ...hook, delivery_id: tried.id });
  await refused(repos.createWebhook({ ...at, config: { url: 'no address' } }), 422);
  await repos.deleteWebhook(hook);
});

it('keys', async () => {
  const { users } = api;
  const blob = Buffer.concat([
    Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1'),
    generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
  ]);
  const key = `ssh-ed25519 ${blob.toString('base64')}`;
  const { data } = await users.createPublicSshKeyForAuthenticatedUser({ title: 't', key });
  await refused(users.createPublicSshKeyForAuthenticatedUser({ title: 't', key }), 422);
  await users.listPublicSshKeysForAuthenticatedUser();
  await users.getPublicSshKeyForAuthenticatedUser({ key_id: data.id });
  await users.deletePublicSshKeyForAuthenticatedUser({ key_id: data.id });
  const gpg = new Gpg(alice);
  const armored = await gpg.export(await gpg.makeKey());
  const added = await users.createGpgKeyForAuthenticatedUser({ name: 'g', armored_public_key: armored });
  await users.listGpgKeysForAuthenticatedUser();
  await users.getGpgKeyForAuthenticatedUser({ gpg_key_id: added.data.id });
  await users.deleteGpgKeyForAuthenticatedUser({ gpg_key_id: added.data.id });
});

it('has compared everything that both have', () => {
  const both = hubRoutes()
    .filter(({ path }) => path.startsWith('/api/v3/'))
    .map(({ method, path }) => github.operationOf(method, path.slice('/api/v3'.length)))
    .filter((operation) => operation !== null && !(operation in NOT_COMPARED));
  expect([...new Set(both)].filter((operation) => !compared.has(operation ?? ''))).toEqual([]);
});

it('answers as GitHub describes it, but for what is listed', () => {
  const known = ({ operation, at: place, fault }: Deviation) =>
    EXCEPTIONS.find((each) => each.operation === operation && each.at === place && each.fault === fault);
  const unknown = deviations.filter((deviation) => !known(deviation));
  expect([...new Set(unknown.map((each) => JSON.stringify(each)))]).toEqual([]);
  expect(EXCEPTIONS.filter((each) => !deviations.some((deviation) => known(deviation) === each))).toEqual([]);
});
