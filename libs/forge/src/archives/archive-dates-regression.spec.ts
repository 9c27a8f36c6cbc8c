import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runGit } from '@granary/git-process/testing';
import { ArchiveBench, type TestArchive } from './testing/archives';

// Other programs are started, on machines that may be busy.
jest.setTimeout(120_000);

const LAST = 253_402_300_799;
const PLACEHOLDERS = '%H %an %ad %aD %ai %aI %at %as %cd %cD %ci %cI %ct %cs %ch %s';
const SUBST = '# $Format:';

let bench: ArchiveBench;
let archive: TestArchive;
beforeAll(async () => {
  bench = await ArchiveBench.open();
  archive = await bench.archive([
    { path: '.gitattributes', content: 'stamp export-subst\n' },
    // git has written this much before it comes to the dates.
    { path: 'a-large-file', content: Buffer.alloc(300_000, 'text\n') },
    { path: 'stamp', content: `${SUBST}${PLACEHOLDERS}$\n` },
  ]);
});
afterAll(() => bench.close());

const git = async (args: string[], stdin = ''): Promise<string> =>
  (await runGit(bench.home, { repositoryPath: archive.repositoryPath, args, stdin })).stdout.toString();

async function commitDated(date: string): Promise<string> {
  const tree = (await git(['rev-parse', `${archive.commit}^{tree}`])).trim();
  const content = `tree ${tree}\nauthor A <a@b>${date}\ncommitter C <c@d>${date}\n\nsubject\n`;
  return (await git(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], content)).trim();
}

async function written(format: 'tar' | 'zip', commit: string): Promise<string> {
  const path = join(await bench.temporary(), `archive.${format}`);
  await writeFile(path, await archive.bytes(format, { commit }));
  return path;
}

/** `<seconds> <name>` of each entry, by a program that refuses times that it cannot tell. */
function listed(tar: string): string[] {
  const args = ['--full-time', '-tvf', tar];
  const lines = execFileSync('tar', args, { env: { ...process.env, TZ: 'UTC' }, stdio: 'pipe' })
    .toString()
    .split('\n');
  return lines.slice(0, -1).map(timeAndName);
}

function timeAndName(line: string): string {
  const [, date, time, name] = /(\S+) ([\d:]+) (\S+)$/.exec(line) ?? [];
  return `${Date.parse(`${date}T${time}Z`) / 1000} ${name}`;
}

/** What the stamp reads, as git writes it for a commit that it can write it for. */
const stampOf = async (commit: string): Promise<string> =>
  `# ${(await git(['log', '-1', `--format=${PLACEHOLDERS}`, commit])).trimEnd()}\n`;

async function stampIn(commit: string): Promise<string> {
  const tar = await archive.bytes('tar', { commit });
  const at = tar.indexOf('# ');
  return tar.toString('latin1', at, tar.indexOf('\n', at) + 1);
}

const ODD: [date: string, mtimeSeconds: number][] = [
  [' 0 -0500', 0],
  [' -1 +0000', 0],
  ['', 0],
  [' 1313584730 +051800', 1_313_584_730],
  [' 1288373970 --700', 1_288_373_970],
  [' 253402300799 +1400', LAST],
  [' 9223372036854775807 +1400', LAST],
  [' 18446744073709551615 +0000', LAST],
];

describe('an archive of a commit of any date', () => {
  it.each(ODD)('is whole for %j, with a time that programs take', async (date, mtimeSeconds) => {
    const commit = await commitDated(date);
    const names = ['hub-main/', 'hub-main/.gitattributes', 'hub-main/a-large-file', 'hub-main/stamp'];
    expect(listed(await written('tar', commit))).toEqual(names.map((name) => `${mtimeSeconds} ${name}`));
    expect(execFileSync('unzip', ['-tq', await written('zip', commit)]).toString()).toContain('No errors detected');
  });

  it.each([' 1313584730 +051800', '', ' 18446744073709551615 +0000'])(
    'tells the date %j in files with placeholders as git does',
    async (date) => {
      const commit = await commitDated(date);
      expect(await stampIn(commit)).toBe(await stampOf(commit));
    },
  );

  it.each([
    [' 0 -0500', 'Thu Jan 1 00:00:00 1970 +0000'],
    [' 3600 -0800', 'Thu Jan 1 01:00:00 1970 +0000'],
  ])('tells the moment of %j in UTC, of which git itself dies', async (date, told) => {
    const commit = await commitDated(date);
    await expect(stampOf(commit)).rejects.toThrow('Timestamp before Unix epoch');
    const stamp = await stampIn(commit);
    expect(stamp).toContain(`# ${commit} A ${told} `);
    expect(stamp).toMatch(/ subject\n$/);
  });

  // What stays makes it time out.
  it('leaves nothing on the disk', async () => {
    await archive.bytes('tar', { commit: await commitDated(' 0 -0500') });
    const left = async () => (await readdir(bench.home.directory)).filter((name) => name.startsWith('replaced-'));
    while ((await left()).length > 0) await setTimeout(10);
  });
});

it('is the same each time for a tree, which has no date', async () => {
  const tree = (await git(['rev-parse', `${archive.commit}^{tree}`])).trim();
  const path = await written('tar', tree);
  expect([...new Set(listed(path).map((line) => line.split(' ')[0]))]).toEqual(['315532800']);
  expect(execFileSync('unzip', ['-tq', await written('zip', tree)]).toString()).toContain('No errors detected');
});
