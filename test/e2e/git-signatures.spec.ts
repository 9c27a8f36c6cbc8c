import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import type { GpgKey, Verification } from '@granary/api-contract';
import { callApi, startHub, workspace, type Actor, type Hub } from '../support';
import { Gpg } from '../support/gpg';
import { SshActor } from '../support/ssh';

let hub: Hub;
let alice: SshActor;
let bob: SshActor;
let mallory: SshActor;
let gpg: Gpg;

beforeAll(async () => {
  hub = await startHub();
  const actors = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
  [alice, bob, mallory] = (await Promise.all(
    actors.map((actor) => SshActor.create(actor, { register: actor.name !== 'bob' })),
  )) as [SshActor, SshActor, SshActor];
  gpg = new Gpg(alice.actor);
});

const octokit = (actor?: Actor) =>
  new Octokit({
    baseUrl: `${hub.url}/api/v3`,
    auth: actor?.token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });

/** git's options to sign with an actor's SSH key. */
const bySsh = (who: SshActor) => ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${who.keyPath}`];

let made = 0;

/** A public repository of `who`, and a work tree of it. */
class Place {
  readonly path: string;

  private constructor(
    readonly who: SshActor,
    readonly name: string,
    readonly cwd: string,
  ) {
    this.path = `${who.actor.name}/${name}`;
  }

  static async create(who: SshActor): Promise<Place> {
    const name = `signed-${made++}`;
    const cwd = join(workspace('tree'), 'tree');
    mkdirSync(cwd);
    await who.actor.createRepository(name, { visibility: 'public' });
    await who.gitOk(['init', '-q'], { cwd });
    return new Place(who, name, cwd);
  }

  async git(args: string[], env?: NodeJS.ProcessEnv): Promise<string> {
    return (await this.who.gitOk(args, { cwd: this.cwd, env })).trim();
  }

  /** @param options git's, before the command. @returns the commit's id. */
  async commit(options: string[] = [], env?: NodeJS.ProcessEnv): Promise<string> {
    writeFileSync(join(this.cwd, 'file'), `${made++}\n`);
    await this.git(['add', '-A']);
    const sign = options.length > 0 ? ['-S'] : [];
    await this.git([...options, 'commit', '-q', ...sign, '-m', 'Change', '-m', 'With a body.'], env);
    return this.git(['rev-parse', 'HEAD']);
  }

  async push(...refs: string[]): Promise<void> {
    await this.git(['push', '-q', this.who.actor.remote(this.path), ...(refs.length > 0 ? refs : ['main'])]);
  }

  async verificationOf(sha: string): Promise<Verification> {
    const { body } = await callApi<{ verification: Verification }>(hub, {
      method: 'GET',
      path: `/api/v3/repos/${this.path}/git/commits/${sha}`,
    });
    return body.verification;
  }

  /** What a visitor reads on a page of the repository. */
  async page(at: string): Promise<string> {
    const answer = await fetch(`${hub.url}/${this.path}/-/${at}`);
    expect(answer.status).toBe(200);
    return (await answer.text())
      .replace(/<script.*?<\/script>/gs, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');
  }
}

const VERIFIED = /\bVerified signature/;
const UNVERIFIED = /\bUnverified signature/;

describe('what alice signs with her SSH key', () => {
  it('is verified: commits and tags, in REST and on the pages', async () => {
    const place = await Place.create(alice);
    const plain = await place.commit();
    const sha = await place.commit(bySsh(alice));
    await place.git([...bySsh(alice), 'tag', '-s', 'v1', '-m', 'First']);
    await place.git(['tag', '-a', 'v2', '-m', 'Unsigned']);
    await place.push('main', 'v1', 'v2');
    const at = { owner: 'alice', repo: place.name };

    const { data: commits } = await octokit().repos.listCommits(at);
    expect(commits.map((commit) => [commit.sha, commit.commit.verification?.reason])).toEqual([
      [sha, 'valid'],
      [plain, 'unsigned'],
    ]);
    const { data: commit } = await octokit().repos.getCommit({ ...at, ref: 'main' });
    expect(commit).toMatchObject({
      sha,
      author: { login: 'alice' },
      commit: {
        message: 'Change\n\nWith a body.',
        tree: { sha: await place.git(['rev-parse', 'HEAD^{tree}']) },
        verification: {
          verified: true,
          signature: expect.stringMatching(/^-----BEGIN SSH SIGNATURE-----\n/),
          payload: expect.stringContaining('\n\nChange\n\nWith a body.\n'),
        },
      },
      parents: [{ sha: plain }],
      stats: { additions: 1, deletions: 1, total: 2 },
      files: [{ filename: 'file', status: 'modified', patch: expect.stringMatching(/^@@ -1 \+1 @@\n-\d+\n\+\d+$/) }],
    });
    const { data: raw } = await octokit().git.getCommit({ ...at, commit_sha: sha });
    expect(raw).toMatchObject({ sha, verification: { verified: true, reason: 'valid' } });
    const { data: tag } = await octokit().git.getTag({ ...at, tag_sha: await place.git(['rev-parse', 'v1']) });
    expect(tag).toMatchObject({
      tag: 'v1',
      message: 'First\n',
      object: { type: 'commit', sha },
      tagger: { email: 'alice@example.com' },
      verification: { verified: true, reason: 'valid' },
    });

    expect(await place.page(`commit/${sha}`)).toMatch(VERIFIED);
    expect(await place.page(`commit/${sha}`)).toContain('alice signed this commit with a key that is registered here');
    expect(await place.page(`commit/${plain}`)).not.toMatch(/erified signature/);
    expect((await place.page('commits/main')).match(/erified signature/g)).toHaveLength(1);
    const tags = await place.page('tags');
    expect(tags.match(/erified signature/g)).toHaveLength(1);
    expect(tags).toContain('alice signed this tag');
  });

  it('is verified when it is a merge, and in any case of the address', async () => {
    const place = await Place.create(alice);
    await place.commit();
    await place.git(['checkout', '-q', '-b', 'side']);
    await place.commit();
    await place.git(['checkout', '-q', 'main']);
    const shouting = ['-c', 'user.email=Alice@EXAMPLE.com'];
    await place.git([...bySsh(alice), ...shouting, 'merge', '-q', '-S', '--no-ff', '-m', 'Merge', 'side']);
    await place.push();
    const sha = await place.git(['rev-parse', 'HEAD']);
    expect(await place.verificationOf(sha)).toMatchObject({ verified: true, reason: 'valid' });
  });
});

describe('what alice signs with a GPG key', () => {
  it('is verified once she has added the key, and no longer when she has deleted it', async () => {
    const place = await Place.create(alice);
    const key = await gpg.makeKey();
    const sha = await place.commit(gpg.options(key), gpg.env);
    await place.git([...gpg.options(key), 'tag', '-s', 'v1', '-m', 'First'], gpg.env);
    await place.push('main', 'v1');
    expect(await place.verificationOf(sha)).toMatchObject({ verified: false, reason: 'unknown_key' });

    const api = octokit(alice.actor);
    const { data: added } = await api.users.createGpgKeyForAuthenticated({
      name: 'laptop',
      armored_public_key: await gpg.export(key),
    });
    expect(added).toMatchObject({
      name: 'laptop',
      key_id: key.slice(-16),
      can_sign: true,
      revoked: false,
      expires_at: null,
    });
    expect(added.emails).toEqual([{ email: 'alice@example.com', verified: true }]);
    expect(await place.verificationOf(sha)).toMatchObject({
      verified: true,
      reason: 'valid',
      signature: expect.stringMatching(/^-----BEGIN PGP SIGNATURE-----\n/),
    });
    const tag = await api.git.getTag({
      owner: 'alice',
      repo: place.name,
      tag_sha: await place.git(['rev-parse', 'v1']),
    });
    expect(tag.data.verification).toMatchObject({ verified: true, reason: 'valid' });
    expect(await place.page(`commit/${sha}`)).toContain(`GPG key ${key.slice(-16)}`);

    await api.users.deleteGpgKeyForAuthenticated({ gpg_key_id: added.id });
    expect(await place.verificationOf(sha)).toMatchObject({ verified: false, reason: 'unknown_key' });
    expect(await place.page(`commit/${sha}`)).toMatch(UNVERIFIED);
  });

  it('is not verified when the key has expired, whenever she seems to have signed', async () => {
    const place = await Place.create(alice);
    const key = await gpg.makeKey({ at: '20200101T000000', expires: '20210101T000000' });
    await gpg.register(key);
    const sha = await place.commit(gpg.options(key, '20200601T000000'), gpg.env);
    await place.push();
    expect(await place.verificationOf(sha)).toMatchObject({ verified: false, reason: 'expired_key' });
    expect(await place.page(`commit/${sha}`)).toContain('a GPG key that has expired');
  });

  it('is not verified when the key is revoked', async () => {
    const place = await Place.create(alice);
    const key = await gpg.makeKey();
    const before = await gpg.register(key);
    const sha = await place.commit(gpg.options(key), gpg.env);
    await place.push();
    expect(await place.verificationOf(sha)).toMatchObject({ verified: true });
    await gpg.revoke(key);
    await alice.actor.api('DELETE', `/api/v3/user/gpg_keys/${before}`);
    await gpg.register(key);
    expect(await place.verificationOf(sha)).toMatchObject({ verified: false, reason: 'revoked_key' });
  });
});

describe('what others sign', () => {
  it("is unverified by bob's key, which the hub does not know, until he registers it", async () => {
    const place = await Place.create(bob);
    const sha = await place.commit(bySsh(bob));
    await place.push();
    expect(await place.verificationOf(sha)).toMatchObject({ verified: false, reason: 'unknown_key' });
    const page = await place.page('commits/main');
    expect(page).toMatch(UNVERIFIED);
    expect(page).toContain('a key that no active user of this hub has registered');
    const key = { key: readFileSync(`${bob.keyPath}.pub`, 'utf8') };
    expect((await bob.actor.api('POST', '/api/v3/user/keys', key)).status).toBe(201);
    expect(await place.verificationOf(sha)).toMatchObject({ verified: true, reason: 'valid' });
  });

  it("is unverified by mallory's own key under alice's address, and says whose key it was", async () => {
    const place = await Place.create(mallory);
    const disguise = ['-c', 'user.name=alice', '-c', 'user.email=alice@example.com'];
    const sha = await place.commit([...disguise, ...bySsh(mallory)]);
    await place.git([...disguise, ...bySsh(mallory), 'tag', '-s', 'v1', '-m', 'First']);
    await place.push('main', 'v1');
    expect(await place.verificationOf(sha)).toMatchObject({ verified: false, reason: 'bad_email' });
    const page = await place.page(`commit/${sha}`);
    expect(page).toMatch(UNVERIFIED);
    expect(page).toContain('mallory signed this commit, but');
    expect(await place.page('tags')).toContain('mallory signed this tag, but');
  });

  it("is unverified with alice's signature of another commit", async () => {
    const place = await Place.create(mallory);
    const source = await Place.create(alice);
    await source.commit(bySsh(alice));
    const signed = await source.git(['cat-file', 'commit', 'HEAD']);
    await place.commit();
    const tree = await place.git(['rev-parse', 'HEAD^{tree}']);
    const forged = signed.replace(/^tree .*$/m, `tree ${tree}`);
    const sha = await mallory.gitOk(['hash-object', '-w', '-t', 'commit', '--stdin'], {
      cwd: place.cwd,
      input: `${forged}\n`,
    });
    await place.git(['update-ref', 'refs/heads/main', sha.trim()]);
    await place.push();
    expect(await place.verificationOf(sha.trim())).toMatchObject({ verified: false, reason: 'invalid' });
    expect(await place.page(`commit/${sha.trim()}`)).toMatch(UNVERIFIED);
  });

  it('is unverified by a signature that was made for a file', async () => {
    const place = await Place.create(alice);
    const program = join(workspace('program'), 'ssh-keygen');
    // git asks for: -Y sign -n git -f <key> <file>
    writeFileSync(program, '#!/bin/sh\nshift 4\nexec ssh-keygen -Y sign -n file "$@"\n', { mode: 0o755 });
    const sha = await place.commit([...bySsh(alice), '-c', `gpg.ssh.program=${program}`]);
    await place.push();
    expect(await place.verificationOf(sha)).toMatchObject({ verified: false, reason: 'invalid' });
  });
});

describe('GPG keys', () => {
  const post = (actor: Actor, armored_public_key: string) =>
    actor.api<GpgKey & { errors?: unknown[] }>('POST', '/api/v3/user/gpg_keys', { armored_public_key });

  it('belong to one user, and are not to be seen or deleted by another', async () => {
    const armored = await gpg.export(await gpg.makeKey());
    const { status, body } = await post(alice.actor, armored);
    expect(status).toBe(201);
    const taken = { status: 422, body: { errors: [{ field: 'armored_public_key', code: 'already_exists' }] } };
    expect(await post(mallory.actor, armored)).toMatchObject(taken);
    const path = `/api/v3/user/gpg_keys/${body.id}`;
    for (const method of ['GET', 'DELETE']) expect((await mallory.actor.api(method, path)).status).toBe(404);
    expect((await alice.actor.api('GET', path)).body).toEqual(body);
    expect((await mallory.actor.api('GET', '/api/v3/user/gpg_keys')).body).toEqual([]);
    expect((await alice.actor.api('DELETE', path)).status).toBe(204);
  });

  it('need the scope for keys', async () => {
    const limited = await hub.actor('carol', { scopes: ['repo:read'] });
    expect((await limited.api('GET', '/api/v3/user/gpg_keys')).status).toBe(403);
    expect((await callApi(hub, { method: 'GET', path: '/api/v3/user/gpg_keys' })).status).toBe(401);
  });

  it('are public: a private key is refused, and its owner warned', async () => {
    const key = await gpg.makeKey();
    const answer = await post(alice.actor, await gpg.run(['--armor', '--export-secret-keys', key]));
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'armored_public_key', message: expect.stringContaining('PRIVATE key') }] },
    });
    expect((await post(alice.actor, 'x'.repeat(100_000))).status).toBe(422);
  });
});

describe('the list of commits', () => {
  it('pages by Link, and filters by path, author and time', async () => {
    const place = await Place.create(alice);
    const shas: string[] = [];
    for (let n = 0; n < 5; n++)
      shas.unshift(
        await place.commit(['-c', `user.email=${n < 2 ? 'bob' : 'alice'}@example.com`, ...bySsh(alice)], {
          GIT_COMMITTER_DATE: `2024-01-0${n + 1}T00:00:00Z`,
        }),
      );
    await place.git(['mv', 'file', 'moved']);
    await place.git(['commit', '-q', '-m', 'Move']);
    shas.unshift(await place.git(['rev-parse', 'HEAD']));
    await place.push('main', 'HEAD~2:refs/heads/topic/old');
    const at = { owner: 'alice', repo: place.name };
    const api = octokit();
    const list = async (query: Record<string, string> = {}) =>
      (await api.repos.listCommits({ ...at, ...query })).data.map(({ sha }) => sha);

    const paged = await api.paginate('GET /repos/{owner}/{repo}/commits', { ...at, per_page: 2 });
    expect(paged.map(({ sha }) => sha)).toEqual(shas);
    expect(await list({ sha: 'topic/old' })).toEqual(shas.slice(2));
    expect(await list({ sha: 'heads/topic/old' })).toEqual(shas.slice(2));
    expect(await list({ path: 'moved' })).toEqual(shas.slice(0, 1));
    expect(await list({ path: 'absent' })).toEqual([]);
    expect(await list({ author: 'bob' })).toEqual(shas.slice(4));
    expect(await list({ author: 'alice@example.com' })).toEqual(shas.slice(0, 4));
    expect(await list({ author: 'nobody-is-called-so' })).toEqual([]);
    expect(await list({ since: '2024-01-02T00:00:00Z', until: '2024-01-04T00:00:00Z' })).toEqual(shas.slice(2, 5));
    await expect(list({ since: 'yesterday' })).rejects.toMatchObject({ status: 422 });
    await expect(list({ sha: 'absent' })).rejects.toMatchObject({ status: 404 });
    await expect(list({ sha: '--output=x' })).rejects.toMatchObject({ status: 404 });
  });

  it('is a conflict in an empty repository, and not to be seen by those who may not read', async () => {
    await alice.actor.createRepository('hollow');
    const at = { owner: 'alice', repo: 'hollow' };
    await expect(octokit(alice.actor).repos.listCommits(at)).rejects.toMatchObject({ status: 409 });
    const hidden = ['commits', 'commits/main', `git/commits/${'a'.repeat(40)}`, `git/tags/${'a'.repeat(40)}`];
    for (const path of hidden) {
      expect((await mallory.actor.api('GET', `/api/v3/repos/alice/hollow/${path}`)).status).toBe(404);
    }
  });
});
