import { randomBytes } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, WorkTree, type Actor, type Hub } from '../support';

/** 60 characters without a place to break. */
export const long = (word: string) => `${word}_with_a_name_that_nobody_would_choose_and_somebody_does_`.slice(0, 60);

const [FILE, DIRECTORY, LARGE, BRANCH] = [
  `${long('src').slice(0, 57)}.ts`,
  long('in'),
  `${long('crop').slice(0, 56)}.bin`,
  long('field'),
];

const OWNER = long('wilhelmina');
const PATH = `${OWNER}/${long('harvest')}`;
const API = `/api/v3/repos/${PATH}`;

async function must<T>(who: Actor, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await who.api<T>(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function pushed(owner: Actor): Promise<WorkTree> {
  await owner.createRepository(long('harvest'), { description: 'W'.repeat(80) });
  const prose = `# ${'W'.repeat(60)}\n\n${'x'.repeat(100)}\n\n| a | b |\n|---|---|\n| ${'y'.repeat(60)} | 2 |\n`;
  const tree = await WorkTree.create(owner, PATH, {
    files: {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'README.md': prose,
      [FILE]: `export const ${'a'.repeat(200)} = 1;\n`,
      [`${DIRECTORY}/${DIRECTORY}/${FILE}`]: 'x\n',
      [LARGE]: randomBytes(3000),
    },
  });
  symlinkSync(FILE, join(tree.cwd, long('link')));
  await tree.ok('mv', 'README.md', 'LIESMICH.md');
  await tree.ok('rm', '-q', LARGE);
  await tree.ok('config', 'user.name', 'N'.repeat(60));
  await tree.commit({ [FILE]: `export const ${'a'.repeat(200)} = 2;\n` }, `${'M'.repeat(70)}\n\n${'b'.repeat(200)}`);
  const refs = Array.from({ length: 6 }, (_, n) => `main:refs/heads/${long(`row${n}`)}`);
  await tree.ok(
    'push',
    '-q',
    'origin',
    'main',
    `main:refs/heads/${BRANCH}`,
    `main~1:refs/tags/${long('tag')}`,
    ...refs,
  );
  return tree;
}

/** Everything that a page may show by name, under names of 60 characters. @returns every kind of page that shows some. */
export async function pagesOfLongNames(hub: Hub): Promise<{ owner: Actor; pages: string[] }> {
  const owner = await hub.actor(OWNER, { siteAdmin: true });
  const other = await hub.actor(long('bartholomew'));
  const tree = await pushed(owner);
  await must(owner, 'PATCH', '/api/v3/user', { name: 'N'.repeat(60) });
  await owner.createRepository(long('empty'));
  await owner.createRepository(long('gone'));
  await must(owner, 'DELETE', `/api/v3/repos/${OWNER}/${long('gone')}`);
  await must(owner, 'PUT', `${API}/collaborators/${other.name}`, { permission: 'push' });
  const wanted = { kind: 'branch', pattern: long('release'), push: { role: 'maintain', users: [other.name] } };
  const protection = await must<{ id: number }>(owner, 'POST', `${API}/protections`, wanted);
  const config = { url: `http://127.0.0.1:1/${'h'.repeat(60)}?q=${'q'.repeat(60)}`, content_type: 'json' };
  const hook = await must<{ id: number }>(owner, 'POST', `${API}/hooks`, { config, events: ['push'] });
  await must(owner, 'POST', `${API}/hooks/${hook.id}/pings`);
  const sent = await eventually('the delivery of the ping', async () => {
    const [latest] = await must<{ id: number }[]>(owner, 'GET', `${API}/hooks/${hook.id}/deliveries`);
    return latest;
  });
  await other.gitOk(['lfs', 'lock', `--remote=${other.remote(PATH)}`, FILE], { cwd: tree.cwd });
  return {
    owner,
    pages: pagesOf({ sha: await tree.tip(), protection: protection.id, hook: hook.id, delivery: sent.id }),
  };
}

interface Made {
  sha: string;
  protection: number;
  hook: number;
  delivery: number;
}

function pagesOf({ sha, protection, hook, delivery }: Made): string[] {
  const inFolder = `${DIRECTORY}/${DIRECTORY}`;
  const ofHub = ['', `explore?q=${long('harvest')}`, 'new', OWNER, `${OWNER}/${long('empty')}`, PATH, 'nobody/nothing'];
  const ofAccount = ['profile', 'keys', 'tokens', 'sessions', 'storage'].map((each) => `settings/${each}`);
  const ofAdmins = ['users', 'audit', 'queues'].map((each) => `-/admin/${each}`);
  const ofRepository = [
    ...[`tree/${BRANCH}/${inFolder}`, `commits/${BRANCH}/${inFolder}/${FILE}`, 'commits/main', `commit/${sha}`],
    ...[
      `blob/main/${long('link')}`,
      `blob/main/${FILE}`,
      `blob/${long('tag')}/${LARGE}`,
      `blob/main/${long('absent')}`,
    ],
    ...['branches', 'locks', `edit/main/${inFolder}/${FILE}`, `edit/main/${FILE}`, `upload/main/${DIRECTORY}`],
  ].map((page) => `${PATH}/-/${page}`);
  const ofSettings = [
    ...['', '/collaborators', '/lfs', '/audit', '/storage', '/protection', `/protection/${protection}`],
    ...['/hooks', `/hooks/${hook}?delivery=${delivery}`],
  ].map((page) => `${PATH}/-/settings${page}`);
  return [...ofHub, ...ofAccount, ...ofAdmins, ...ofRepository, ...ofSettings].map((path) => `/${path}`);
}
