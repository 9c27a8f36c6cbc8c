import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGit } from '@granary/git-process/testing';
import { openPrivateCatFile, prepareGitHome, type GitHome } from '@granary/git-process';
import { LfsServers } from './lfs-servers';

const HUB = { host: 'hub.example', repository: null };

let root: string;
let repositoryPath: string;
let home: GitHome;
let objects: ReturnType<typeof openPrivateCatFile>;
const asked: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'granary-lfs-servers-'));
  repositoryPath = join(root, 'repository.git');
  home = await prepareGitHome(join(root, 'home'));
  await runGit(home, { args: ['init', '--quiet', '--bare', repositoryPath] });
  objects = openPrivateCatFile(home, { repositoryPath });
});
afterAll(async () => {
  await objects.close();
  await rm(root, { recursive: true });
});
beforeEach(() => asked.splice(0));

async function git(args: string[], stdin = ''): Promise<string> {
  return (await runGit(home, { repositoryPath, args, stdin })).stdout.toString().trim();
}

/** A tree with that file. */
async function treeWith(config: string, entry = (oid: string) => `100644 blob ${oid}\t.lfsconfig\n`): Promise<string> {
  return git(['mktree'], entry(await git(['hash-object', '-w', '--stdin'], config)));
}

/** Whose addresses all are another server's, but for those with `own` in them. */
const servers = () =>
  new LfsServers({ home, path: repositoryPath, objects: objects.catFile }, async (address) => {
    asked.push(address);
    return address.includes('own') ? null : { ...HUB, host: address };
  });

async function readOf(config: string): Promise<[downloads: string | null, namesAnother: boolean]> {
  const [read, tree] = [servers(), await treeWith(config)];
  return [(await read.downloadsOf(tree))?.host ?? null, await read.nameAnother(tree)];
}

it('tells where git-lfs fetches from, and whether it is sent anywhere else', async () => {
  const remote = (name: string, key: string) => `[remote "${name}"]\n\t${key} = https://${name}.example\n`;
  const own = '[lfs]\n\turl = https://own\n';
  expect(await readOf('[lfs]\n\turl = https://a\n')).toEqual(['https://a', true]);
  expect(await readOf('[LFS]\nURL=https://a\nurl = https://b\n')).toEqual(['https://b', true]);
  expect(await readOf(remote('fork', 'lfsurl') + remote('origin', 'lfsurl'))).toEqual(['https://origin.example', true]);
  expect(await readOf(remote('a.b', 'lfsurl'))).toEqual(['https://a.b.example', true]);
  expect(await readOf(own)).toEqual([null, false]);
  expect(await readOf(own + remote('origin', 'lfsurl'))).toEqual([null, true]);
  // What is uploaded elsewhere is still looked for here.
  expect(await readOf('[lfs]\n\tpushurl = https://a\n')).toEqual([null, true]);
  expect(await readOf('[remote "origin"]\n\turl = https://a\n')).toEqual([null, false]);
});

it('takes what is no configuration for none', async () => {
  for (const config of [
    '',
    'not a config [',
    '[lfs]\n\turl\n',
    '[lfs]\n\turl =\n',
    '\0\0',
    '[lfs]\n\turl = "https://a\n',
  ]) {
    expect(await readOf(config)).toEqual([null, false]);
  }
  expect(await servers().downloadsOf(await treeWith('x', (oid) => `100644 blob ${oid}\tother\n`))).toBeNull();
  const inner = await treeWith('[lfs]\n\turl = https://a\n');
  expect(await servers().downloadsOf(await git(['mktree'], `040000 tree ${inner}\t.lfsconfig\n`))).toBeNull();
  for (const nothing of ['', 'HEAD', '0'.repeat(40), '--all']) expect(await servers().downloadsOf(nothing)).toBeNull();
  expect(asked).toEqual([]);
});

it('reads no other file that it names', async () => {
  expect(await readOf(`[include]\n\tpath = ${join(repositoryPath, 'config')}\n`)).toEqual([null, false]);
});

it('reads none that is huge, nor one of which git says more than it holds', async () => {
  const wanted = '[lfs]\n\turl = https://a\n';
  expect(await readOf(wanted + '#'.repeat(64 * 1024))).toEqual([null, false]);
  const long = `[remote "${'x'.repeat(30_000)}"]\n${'\tlfsurl = y\n'.repeat(2000)}`;
  expect(await readOf(wanted + long)).toEqual([null, false]);
  expect(asked).toEqual([]);
});

it('asks for few of the addresses that one names', async () => {
  const many = Array.from({ length: 1000 }, (_, at) => `\tpushurl = https://own/${at}\n`).join('');
  expect(await readOf(`[lfs]\n${many}`)).toEqual([null, false]);
  expect(asked.length).toBeLessThan(100);
});

it('reads each once', async () => {
  const one = servers();
  const tree = await treeWith('[lfs]\n\turl = https://once\n');
  await Promise.all([one.downloadsOf(tree), one.nameAnother(tree), one.downloadsOf(tree)]);
  expect(asked).toEqual(['https://once']);
});
