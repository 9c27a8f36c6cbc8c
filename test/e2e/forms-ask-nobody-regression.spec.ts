import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionRecorder, ROOT, startHub, type Actor, type ConnectionRecorder, type Hub } from '../support';

type Fields = Record<string, string>;

interface Form {
  page: string;
  fields?: Fields;
  /** Signs in or out: sent without a session, so that the others keep theirs. */
  isOfStrangers?: boolean;
}

const APP = '/alice/app';
const SETTINGS = `${APP}/-/settings`;
const IN_APP = { repository_owner: 'alice', repository_name: 'app' };
const BLOB = `${APP}/-/blob/main/README.md`;
const HOOK_ID = 'HOOK';
const OID = 'ab'.repeat(32);

/** Every form of the pages, with fields that the hub takes where it can take them twice. */
const FORMS: Record<string, Form> = {
  setTheme: { page: '/explore', fields: { theme: 'dark' } },
  signOut: { page: '/explore', isOfStrangers: true },
  signIn: { page: '/login', fields: { to: '/', login: 'alice', password: 'PASSWORD' }, isOfStrangers: true },
  register: { page: '/register', fields: { login: 'carol', password: 'short' }, isOfStrangers: true },
  retryFailures: { page: '/-/admin/queues', fields: { failure: '1' } },
  changeUser: { page: '/-/admin/users', fields: { login: 'alice', change: 'enable' } },
  deleteUser: { page: '/-/admin/users', fields: { login: 'nobody-here' } },
  saveFile: {
    page: `${APP}/-/edit/main/README.md`,
    fields: { ...IN_APP, branch: 'main', path: 'README.md', text: 'x' },
  },
  deleteFile: { page: BLOB, fields: { ...IN_APP, branch: 'main', path: 'not-there' } },
  lockFile: { page: BLOB, fields: { ...IN_APP, branch: 'main', path: 'README.md' } },
  releaseLock: { page: `${APP}/-/locks`, fields: { ...IN_APP, id: '1' } },
  takeOverLock: { page: `${APP}/-/locks`, fields: { ...IN_APP, id: '1' } },
  deleteRef: { page: `${APP}/-/branches`, fields: { ...IN_APP, ref: 'refs/heads/not-there' } },
  createRepository: { page: '/new', fields: { name: 'NEW', visibility: 'private' } },
  updateRepository: { page: SETTINGS, fields: { ...IN_APP, description: 'text', visibility: 'public' } },
  renameRepository: { page: SETTINGS, fields: { ...IN_APP, name: 'app' } },
  purgeUnreachable: { page: SETTINGS, fields: { ...IN_APP, confirmation: 'alice/app' } },
  deleteRepository: { page: SETTINGS, fields: { ...IN_APP, confirmation: 'alice/other' } },
  restoreRepository: { page: '/settings/profile', fields: { id: '1' } },
  setCollaborator: { page: `${SETTINGS}/collaborators`, fields: { ...IN_APP, username: 'bob', permission: 'write' } },
  removeCollaborator: { page: `${SETTINGS}/collaborators`, fields: { ...IN_APP, username: 'bob' } },
  createHook: {
    page: `${SETTINGS}/hooks/new`,
    fields: { ...IN_APP, url: 'https://ci.example/hook', which_events: 'push' },
  },
  updateHook: { page: `${SETTINGS}/hooks/${HOOK_ID}`, fields: { ...IN_APP, id: HOOK_ID, url: 'https://ci.example/b' } },
  pingHook: { page: `${SETTINGS}/hooks/${HOOK_ID}`, fields: { ...IN_APP, id: HOOK_ID } },
  redeliver: { page: `${SETTINGS}/hooks/${HOOK_ID}`, fields: { ...IN_APP, id: HOOK_ID, delivery: '1' } },
  deleteHook: { page: `${SETTINGS}/hooks/${HOOK_ID}`, fields: { ...IN_APP, id: '999' } },
  startLfsCollection: { page: `${SETTINGS}/lfs`, fields: { ...IN_APP, dry_run: 'true' } },
  restoreLfsObject: { page: `${SETTINGS}/lfs`, fields: { ...IN_APP, oid: OID } },
  addProtection: { page: `${SETTINGS}/protection/new`, fields: { ...IN_APP, kind: 'branch', pattern: 'NEW' } },
  updateProtection: {
    page: `${SETTINGS}/protection/new`,
    fields: { ...IN_APP, id: '1', kind: 'branch', pattern: 'x' },
  },
  removeProtection: { page: `${SETTINGS}/protection/new`, fields: { ...IN_APP, id: '999', kind: 'branch' } },
  updatePushRules: { page: `${SETTINGS}/push-rules`, fields: { ...IN_APP } },
  updateProfile: { page: '/settings/profile', fields: { full_name: 'Alice' } },
  changePassword: { page: '/settings/profile', fields: { current_password: 'wrong', password: 'short' } },
  endSession: { page: '/settings/profile', fields: { id: '999' } },
  addSshKey: { page: '/settings/keys', fields: { title: 'key', key: 'no key' } },
  deleteSshKey: { page: '/settings/keys', fields: { id: '999' } },
  addGpgKey: { page: '/settings/keys', fields: { name: 'key', armored_public_key: 'no key' } },
  deleteGpgKey: { page: '/settings/keys', fields: { id: '999' } },
  createToken: { page: '/settings/tokens', fields: { name: 'NEW', expiry: '7', scopes: 'repo:read' } },
  revokeToken: { page: '/settings/tokens', fields: { id: '999' } },
};

const manifest = JSON.parse(
  readFileSync(join(ROOT, 'apps/web/.next/server/server-reference-manifest.json'), 'utf8'),
) as { node: Record<string, { exportedName: string }> };
const actions = Object.entries(manifest.node).map(([id, { exportedName }]) => ({ id, name: exportedName }));
const IDLE = { outcome: 'idle', attempt: 0, faults: {}, values: {} };

let hub: Hub;
let alice: Actor;
let recorder: ConnectionRecorder;
let session: string;
let hookId: number;

beforeAll(async () => {
  recorder = connectionRecorder();
  hub = await startHub({ ssh: false, env: recorder.env });
  alice = await hub.actor('alice', { siteAdmin: true });
  await hub.actor('bob');
  await alice.createRepository('app', { auto_init: true });
  const config = { url: 'https://ci.example/a', content_type: 'json' };
  const hook = await alice.api<{ id: number }>('POST', '/api/v3/repos/alice/app/hooks', { config, events: ['push'] });
  hookId = hook.body.id;
  session = cookieOf(await submit('signIn', FORMS['signIn'] as Form, 'with script'));
});

const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

function filled({ page, fields = {} }: Form): { page: string; fields: Fields } {
  const known: Fields = { HOOK: String(hookId), PASSWORD: alice.password, NEW: randomBytes(6).toString('hex') };
  const values = Object.entries(fields).map(([name, value]) => [name, known[value] ?? value] as const);
  return { page: page.replace(HOOK_ID, String(hookId)), fields: Object.fromEntries(values) };
}

/** As React sends it: with script by the header, without by the fields that it wrote into the form. */
function bodyOf(id: string, fields: Fields, takesState: boolean, isScripted: boolean): FormData {
  const body = new FormData();
  if (!isScripted) {
    const bound = takesState ? '$@1' : null;
    body.append('$ACTION_REF_1', '');
    body.append('$ACTION_1:0', JSON.stringify({ id, bound }));
    body.append('$ACTION_1:1', JSON.stringify([IDLE]));
    body.append('$ACTION_KEY', 'k1');
  }
  for (const [name, value] of Object.entries(fields)) body.append(isScripted ? `_1_${name}` : name, value);
  // Behind the fields that it names, or they are not there yet when it is read.
  if (isScripted) body.append('0', JSON.stringify(takesState ? [IDLE, '$K1'] : ['$K1']));
  return body;
}

async function submit(name: string, form: Form, how: 'with script' | 'without script'): Promise<Response> {
  const id = actions.find((action) => action.name === name)?.id ?? '';
  const { page, fields } = filled(form);
  const takesState = name !== 'setTheme' && name !== 'signOut';
  const isScripted = how === 'with script';
  const headers: Record<string, string> = { origin: hub.url };
  if (isScripted) Object.assign(headers, { 'next-action': id, accept: 'text/x-component' });
  else headers['accept'] = 'text/html';
  if (session && !form.isOfStrangers) headers['cookie'] = session;
  const body = bodyOf(id, fields, takesState, isScripted);
  const answer = await fetch(hub.url + page, { method: 'POST', body, headers, redirect: 'manual' });
  await answer.text();
  return answer;
}

it('knows every form that the pages have', () => {
  expect(Object.keys(FORMS).sort()).toEqual(actions.map(({ name }) => name).sort());
});

it.each(['with script', 'without script'] as const)(
  'asks nobody but the hub itself, whatever form is sent %s',
  async (how) => {
    const redirected: string[] = [];
    for (const [name, form] of Object.entries(FORMS)) {
      const answer = await submit(name, form, how);
      expect({ name, isBroken: answer.status >= 500 || answer.status === 404 }).toEqual({ name, isBroken: false });
      if (answer.headers.has('x-action-redirect') || answer.status === 303) redirected.push(name);
    }
    const strangers = recorder.ports().filter((port) => port !== String(hub.port));
    expect(strangers).toEqual([]);
    // What is answered with a page of the hub is what Next used to fetch from wherever it took itself to be.
    expect(redirected.length).toBeGreaterThan(8);
  },
);
