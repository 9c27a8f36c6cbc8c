import { readdir } from 'node:fs/promises';
import { runGit } from '../process/run-git';
import { extract } from 'tar-stream';
import { pipeline } from 'node:stream/promises';
import { createFixture, type Fixture } from '../testing/fixture';
import { processesAbout, until } from '../testing/project';
import { checkAttributes, type CheckAttributesOptions } from './check-attributes';
import { gitArchive, type GitArchiveOptions } from './git-archive';

let fixture: Fixture;
let repositoryPath: string;
let commitOid: string;

async function git(args: string[], stdin: string | Buffer = ''): Promise<string> {
  const identity = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  const { stdout } = await runGit(fixture.home, { repositoryPath, args, stdin, env: identity });
  return stdout.toString().trim();
}

async function tree(entries: [mode: string, name: string | Buffer, oid: string][]): Promise<string> {
  const records = entries.map(([mode, name, oid]) => {
    const type = mode === '040000' ? 'tree' : 'blob';
    return Buffer.concat([Buffer.from(`${mode} ${type} ${oid}\t`), Buffer.from(name), Buffer.of(0)]);
  });
  return git(['mktree', '-z'], Buffer.concat(records));
}

const ODD = Buffer.from('odd \xe9\n"name".bin', 'latin1');

beforeAll(async () => {
  fixture = await createFixture();
  repositoryPath = await fixture.repository('archive');
  const blob = (content: string): Promise<string> => git(['hash-object', '-w', '--stdin'], content);
  const text = await blob('text\n');
  const below = await tree([
    ['100644', '.gitattributes', await blob('plain.bin -filter\n*.txt filter=upper text\n')],
    ['100644', 'a.bin', text],
    ['100644', 'plain.bin', text],
  ]);
  const root = await tree([
    ['100644', '.gitattributes', await blob('*.bin filter=lfs diff=lfs -text\nsecret export-ignore\n')],
    ['100644', 'big.bin', text],
    ['100644', 'back\\slash', text],
    ['100644', 'readme.txt', text],
    ['100644', 'secret', text],
    ['100644', '*.txt', text],
    ['100644', ODD, text],
    ['040000', 'below', below],
  ]);
  commitOid = await git(['commit-tree', '-m', 'x', root]);
});
afterAll(() => fixture.remove());

describe('checkAttributes', () => {
  async function ask({ signal, ...options }: Partial<CheckAttributesOptions> & { signal?: AbortSignal }) {
    const found: [string, string[]][] = [];
    const repository = { home: fixture.home, path: repositoryPath, signal };
    const asked = { commitOid, paths: [], attributes: ['filter'], ...options };
    for await (const { path, values } of checkAttributes(repository, asked))
      found.push([path.toString('latin1'), values]);
    return found;
  }

  const temporary = async (): Promise<string[]> =>
    (await readdir(fixture.home.directory)).filter((name) => name.startsWith('attributes-'));

  it('answers as git reads the files of the commit, nested ones and odd names too', async () => {
    const paths = ['big.bin', 'below/a.bin', 'below/plain.bin', 'below/x.txt', 'readme.txt', ODD, 'not/there.bin'];
    expect(await ask({ paths, attributes: ['filter', 'text'] })).toEqual([
      ['big.bin', ['lfs', 'unset']],
      ['below/a.bin', ['lfs', 'unset']],
      ['below/plain.bin', ['unset', 'unset']],
      ['below/x.txt', ['upper', 'set']],
      ['readme.txt', ['unspecified', 'unspecified']],
      [ODD.toString('latin1'), ['lfs', 'unset']],
      ['not/there.bin', ['lfs', 'unset']],
    ]);
  });

  it('answers for a commit without attributes, and for no path', async () => {
    const bare = await git(['commit-tree', '-m', 'x', await tree([])]);
    expect(await ask({ commitOid: bare, paths: ['a.bin'] })).toEqual([['a.bin', ['unspecified']]]);
    expect(await ask({})).toEqual([]);
  });

  it('streams more paths than pipes hold, both ways', async () => {
    const paths = function* (): Generator<string> {
      for (let index = 0; index < 60_000; index++)
        yield `some/directory/with/a/long/name/${index}.${index % 2 ? 'bin' : 'txt'}`;
    };
    const found = await ask({ paths: paths() });
    expect(found).toHaveLength(60_000);
    expect(found.filter(([, [filter]]) => filter === 'lfs')).toHaveLength(30_000);
    expect(found[59_999]).toEqual(['some/directory/with/a/long/name/59999.bin', ['lfs']]);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['the paths fail', () => ask({ paths: failing() }), /listing lost/],
    ['git fails', () => ask({ paths: ['../outside'] }), /outside repository/],
    ['the commit is absent', () => ask({ commitOid: 'a'.repeat(40), paths: ['a'] }), /ls-tree exited with 128/],
    ['the commit is a name', () => ask({ commitOid: '--output=x' }), /hex digits/],
    ['the owner has left', () => ask({ signal: AbortSignal.abort(new Error('left')), paths: ['a'] }), /left/],
  ])('throws when %s, and leaves no index and no process', async (_case, asking, message) => {
    await expect(asking()).rejects.toThrow(message);
    expect(await temporary()).toEqual([]);
    await until(async () => (await processesAbout(repositoryPath)).length === 0);
  });

  async function* failing(): AsyncGenerator<string> {
    yield 'a.bin';
    throw new Error('listing lost');
  }

  it('ends git when its reader has enough', async () => {
    const endless = function* (): Generator<string> {
      for (;;) yield 'a.bin';
    };
    const repository = { home: fixture.home, path: repositoryPath };
    const asked = { commitOid, paths: endless(), attributes: ['filter'] };
    for await (const { values } of checkAttributes(repository, asked)) {
      expect(values).toEqual(['lfs']);
      break;
    }
    expect(await temporary()).toEqual([]);
    await until(async () => (await processesAbout(repositoryPath)).length === 0);
  });
});

describe('gitArchive', () => {
  async function names(options: Partial<GitArchiveOptions> = {}): Promise<string[]> {
    const found: string[] = [];
    const unpack = extract();
    unpack.on('entry', (header, stream, next) => {
      found.push(header.name);
      stream.on('end', next).resume();
    });
    await pipeline(await gitArchive(fixture.home, { repositoryPath, commitOid, prefix: 'top/', ...options }), unpack);
    return found;
  }

  it('holds what git archive puts there, under the prefix', async () => {
    const found = await names();
    expect(found).toEqual(
      expect.arrayContaining(['top/', 'top/back\\slash', 'top/below/', 'top/below/a.bin', 'top/big.bin']),
    );
    expect(found).not.toContain('top/secret');
  });

  it('takes paths literally', async () => {
    expect(await names({ paths: ['*.txt'] })).toEqual(['top/', 'top/*.txt']);
    expect(await names({ paths: ['below'] })).toContain('top/below/plain.bin');
  });

  it('fails, rather than ends, when it cannot be complete', async () => {
    await expect(names({ paths: ['absent'] })).rejects.toMatchObject({ verb: 'archive', exitCode: 128 });
    await expect(names({ commitOid: 'b'.repeat(40) })).rejects.toMatchObject({ verb: 'archive' });
  });

  it.each(['main', '--output=/tmp/x', 'A'.repeat(40)])('refuses %j in place of an id', async (oid) => {
    await expect(names({ commitOid: oid })).rejects.toMatchObject({ code: 'invalid' });
  });
});
